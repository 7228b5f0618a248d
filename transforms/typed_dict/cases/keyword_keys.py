"""`from` is no name in the body of a class, so the definition is a call."""


def transfer(sender, receiver, amount):
    return {"from": sender, "to": receiver, "amount": amount}


def describe(move):
    return move["from"].title() + " -> " + move["to"].title() + ": " + str(move["amount"] + 1)


print(describe(transfer("ada", "ben", 3)))
