"""What is not known of a key in one record is known of it in another one that is much the same."""

import json


def order_of(code):
    order = {"customer": "Ann", "weight": 3, "paid": True, "code": code}
    return show(order)


def show(order):
    return order["customer"], order["weight"], order["paid"]


def parcel_of(path):
    parcel = json.load(path)
    return {
        "customer": parcel["who"],
        "weight": parcel["grams"],
        "paid": parcel["ok"],
        "returned": False,
        "sent": 0,
    }


def send(path):
    parcel = parcel_of(path)
    return parcel["customer"], parcel["weight"], parcel["paid"], parcel["returned"]
