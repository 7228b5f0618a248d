# An id that goes through several functions, and the places where a plain number becomes one.
class Account:
    def __init__(self, name):
        self.name = name


ACCOUNTS = {1: Account("ada"), 2: Account("ben")}


def get_acc(acc_id):
    return ACCOUNTS[acc_id]


def name_of(acc_id):
    return get_acc(acc_id).name


def greet(acc_id):
    print("Hello", name_of(acc_id))


greet(1)
greet(2)
print(get_acc(1))
