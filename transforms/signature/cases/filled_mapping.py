# The one who makes it computes its keys: they are data, however many functions know one of them.
def parse(header: str):
    items = {}
    for part in header.split(","):
        key, value = part.split("=")
        items[key] = value
    return items


def describe(header: str):
    items = parse(header)
    return rate(items) * 2, seed(items), trace(items), release(items), user(items)


def rate(items):
    return float(items["rate"])


def seed(items):
    return int(items["seed"])


def trace(items):
    return items["trace"].upper()


def release(items):
    return items["release"].split("-")


def user(items):
    items["user"] = items["user"].lower()
    return items["user"]
