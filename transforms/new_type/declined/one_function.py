# Only the constructor takes the id: it crosses nothing.
class Ticket:
    def __init__(self, id):
        self.id = id


def open_ticket(number):
    return Ticket(str(number))


def reopen(number):
    return Ticket(f"again-{number}")


print(open_ticket(1).id, reopen(2).id)
