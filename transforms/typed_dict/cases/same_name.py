"""Every `payment` of the module is one record: where nothing else is known of it, its name says so."""


def fee(payment):
    return payment["amount"] * 0.02


def receipt(payment):
    return payment["sender"].title() + ": " + str(payment["amount"])


def settle(payment, gateway):
    gateway.send(payment)


print(fee({"sender": "ada", "amount": 3.0}), receipt({"sender": "ben", "amount": 2.5}))
