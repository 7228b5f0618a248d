# The names that a console starts with are read by whoever types there.
import code


class Shell:
    def __init__(self, crawler: str) -> None:
        self.crawler = crawler
        self.vars = {}

    def populate(self, spider: str, depth: int) -> None:
        self.vars["crawler"] = self.crawler
        self.vars["spider"] = spider
        self.vars["depth"] = depth

    def start(self) -> None:
        start_console(self.vars, banner=self.vars.pop("banner", ""))


def start_console(namespace, banner: str) -> None:
    code.interact(banner, local=namespace)


def main() -> None:
    start_console({"crawler": "c", "depth": 3}, "")


def other() -> None:
    start_console({"spider": "s", "depth": 3}, "")
