# A record inside a record, a key that is stored later, a default of None.
from uuid import uuid4


def new_order(customer, lines, note=None):
    order = {"id": uuid4().hex, "customer": customer, "lines": lines, "total": 0.0}
    if note:
        order["note"] = note
    return order


def add_line(order, sku, quantity, price):
    order["lines"].append({"sku": sku, "quantity": quantity, "price": price})
    order["total"] += quantity * price


def render(order):
    rows = [f"{line['quantity']:>3} {line['sku']}" for line in order["lines"]]
    return "\n".join(rows + [order.get("note", "")])


basket = new_order("Ada", [], note="by van")
add_line(basket, "bolt", 10, 0.25)
print(render(basket))
