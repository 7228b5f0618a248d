"""Customers and what they owe."""


class Account:
    def __init__(self, account_id, name, email=None):
        self.account_id = account_id
        self.name = name
        self.email = email
        self.balance = 0.0

    def charge(self, amount):
        self.balance -= amount

    def pay(self, amount):
        if amount <= 0:
            raise ValueError("nothing to pay")
        self.balance += amount

    def is_in_debt(self):
        return self.balance < 0

    def __repr__(self):
        return f"<Account {self.account_id} {self.name}>"


class Ledger:
    def __init__(self):
        self.accounts = {}
        self.next_id = 100

    def open(self, name, email=None):
        account = Account(self.next_id, name, email)
        self.accounts[account.account_id] = account
        self.next_id += 1
        return account

    def debtors(self):
        for account in self.accounts.values():
            if account.is_in_debt():
                yield account


def get_account(ledger, account_id):
    if account_id not in ledger.accounts:
        raise LookupError(f"no account {account_id}")
    return ledger.accounts[account_id]


def charge(ledger, account_id, amount):
    get_account(ledger, account_id).charge(amount)


def transfer(ledger, from_id, to_id, amount):
    charge(ledger, from_id, amount)
    get_account(ledger, to_id).pay(amount)
