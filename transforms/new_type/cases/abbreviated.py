"""`acc` is an `Account`: no other class begins so. The attribute is an id too."""


class Account:
    def __init__(self, acc_id, owner):
        self.acc_id = acc_id
        self.owner = owner


def rename(accounts, acc_id, owner):
    accounts[acc_id].owner = owner


def main():
    accounts = {}
    accounts["a1"] = Account("a1", "ada")
    rename(accounts, "a1", "ben")
    rename(accounts, accounts["a1"].acc_id, "eve")
