from datetime import datetime


class Span:
    def __init__(self, name, start=None):
        self.name = name
        if start is None:
            start = datetime.now()
        elif isinstance(start, float):
            start = datetime.fromtimestamp(start)
        # Whatever callers pass, no number is left here.
        self.start = start

    def to_json(self):
        return {"name": self.name, "start": self.start}


def later(name, start):
    return Span(name, start), start + 0.5


def main():
    span = Span("click").to_json()
    print(span["name"], span["start"])
