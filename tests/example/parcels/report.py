"""Text for people."""

import sys
import time
from contextlib import contextmanager


def render_line(line):
    return f'{line["quantity"]:>3} x {line["sku"]:<12} {line["price"]:>8.2f}'


def render(order, width=40):
    rows = [f'Order {order["number"]} for {order["customer"]}']
    rows.extend(render_line(line) for line in order["lines"])
    rows.append("-" * width)
    rows.append(f'{"total":<16} {order["total"]:>8.2f}')
    if "note" in order:
        rows.append(order["note"])
    return "\n".join(rows)


def describe_box(box):
    return f"{box[0]:.1f}..{box[2]:.1f} by {box[1]:.1f}..{box[3]:.1f}"


def summary(orders):
    if not orders:
        return None
    best = max(orders, key=lambda order: order["total"])
    return best["customer"], best["total"]


def statistics(orders):
    worth = sum(order["total"] for order in orders)
    return len(orders), worth, worth / len(orders) if orders else 0.0


def headline(orders):
    number, worth, mean = statistics(orders)
    return f"{number} orders, {worth:.2f} in all, {mean:.2f} each"


@contextmanager
def timed(label, out=sys.stderr):
    start = time.monotonic()
    try:
        yield start
    finally:
        out.write(f"{label}: {time.monotonic() - start:.3f} s\n")


class Indented:
    """A text file that writes everything a little to the right."""

    def __init__(self, out, by=2):
        self.out = out
        self.by = by

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        self.out.flush()

    def write(self, text):
        for line in text.splitlines():
            self.out.write(" " * self.by + line + "\n")
