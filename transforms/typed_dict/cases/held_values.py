"""What is done with values of unknown origin says what they are, as far as it goes."""


def check(order):
    for line in order["lines"]:
        print(line)
    if order["retries"] > 3 or order["options"] is None:
        order["history"].append(order["id"].strip())
    return order["label"], order["whatever"]


def show(order):
    for key, value in order["options"].items():
        print(key, value)
    print(order["label"], order["retries"], order["id"])
