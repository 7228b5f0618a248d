# The one who makes it computes its keys: they are data, however many functions know one of them.
class Baggage:
    def __init__(self, items):
        self.items = items

    def rate(self):
        return self.items["rate"]

    def seed(self):
        return self.items["seed"]

    def trace(self):
        return self.items["trace"]

    def release(self):
        return self.items["release"]

    def user(self):
        return self.items["user"]


def parse(header):
    items = {}
    for part in header.split(","):
        key, value = part.split("=")
        items[key] = value
    return Baggage(items)
