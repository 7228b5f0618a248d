# A display with keys that all sorts of records have is none of a record that has these keys, too.
class Check:
    def __init__(self, name: str) -> None:
        self.name = name


def load(text: str):
    config = {"name": text, "type": "module", "value": 3, "start_line": 1, "end_line": 2}
    return config


def span(config):
    return config["end_line"] - config["start_line"]


def show(text: str) -> None:
    config = load(text)
    print(span(config), config["name"], config["type"], config["value"])


def report(check: Check) -> None:
    identifier = {"name": check.name, "type": "check", "value": 7}
    print(identifier)
