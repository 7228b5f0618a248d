# Data that a module holds for others: nobody in sight reads a key of it.
INTERFACE = [
    {"type": "function", "name": "resolve", "payable": False},
    {"type": "function", "name": "owner", "payable": True},
]
EVENTS = [{"type": "event", "name": "changed", "payable": False}]
