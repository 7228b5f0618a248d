from collections import namedtuple

Limits = namedtuple("Limits", "low high")
default_limits = Limits(0, 10)


def clamp(values, limits=default_limits):
    return [min(max(value, limits.low), limits.high) for value in values]


class Words:
    stop = ("a", "the")

    def __init__(self):
        self.cached = None

    def split(self, text: str):
        if not text:
            return self.stop
        return text.split()

    def keep(self, text: str):
        self.cached = text.split() if text else self.stop
        return self.cached
