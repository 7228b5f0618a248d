"""Orders, from the first line to the invoice."""

from itertools import count

from parcels.accounts import charge

_numbers = count(1)


def new_order(customer, lines, note=None):
    order = {"number": next(_numbers), "customer": customer, "lines": lines, "total": 0.0, "paid": False}
    if note:
        order["note"] = note
    for line in lines:
        order["total"] += line_total(line)
    return order


def new_line(sku, quantity, price):
    return {"sku": sku, "quantity": quantity, "price": price}


def line_total(line):
    return line["quantity"] * line["price"]


def add_line(order, sku, quantity, price):
    line = new_line(sku, quantity, price)
    order["lines"].append(line)
    order["total"] += line_total(line)


def discount(order, percent=5):
    """Takes some percent off, and gives back how much that was."""
    saved = order["total"] * percent / 100
    order["total"] -= saved
    return saved


def settle(ledger, order, account_id):
    if order["paid"]:
        return False
    charge(ledger, account_id, order["total"])
    order["paid"] = True
    return True


def count_skus(orders):
    counts = {}
    for order in orders:
        for line in order["lines"]:
            counts[line["sku"]] = counts.get(line["sku"], 0) + line["quantity"]
    return counts
