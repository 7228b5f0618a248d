"""What is asked of a key takes a choice of its type back; what is stored there adds one; a test tells them apart."""


class Cut:
    def __init__(self, value):
        self.value = value


def load(path):
    report = {"title": "a", "lines": ["x"], "owner": "b", "notes": ["y"], "size": 1}
    if path:
        report["owner"] = None
    return report


def shorten(report):
    if not isinstance(report["lines"], Cut) and len(report["lines"]) > 100:
        report["lines"] = Cut(report["lines"])
    return report["title"], report["size"] + 1


def show(report):
    if not isinstance(report["lines"], Cut):
        for line in report["lines"]:
            print(line.upper())
    if report["owner"] is not None:
        print(report["owner"].title())
    for note in report["notes"]:
        print(note)


def main(path):
    report = load(path)
    shorten(report)
    show(report)


main("x")
