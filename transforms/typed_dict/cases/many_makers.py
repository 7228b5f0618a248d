"""The same record is made under one name in several functions, though only a library takes it."""
import json


def check_plain():
    payment = {"sender": "ada", "receiver": "ben", "amount": 1}
    print(json.dumps(payment))
    assert payment["amount"] > 0


def check_large():
    payment = {"sender": "ada", "receiver": "cleo", "amount": 1000}
    print(json.dumps(payment))
    assert payment["amount"] > 10


def check_reverse():
    payment = {"sender": "ben", "receiver": "ada", "amount": 2}
    print(json.dumps(payment))
    assert payment["sender"] == "ben"


check_plain()
check_large()
check_reverse()
