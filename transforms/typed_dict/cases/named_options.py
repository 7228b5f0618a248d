"""Functions that take named options out of their `**kwargs`."""


class Pool:
    def __init__(self, host, **kwargs):
        self.host = host
        self.size = kwargs.pop("size", 4)
        self.timeout = kwargs.pop("timeout", 2.5)
        self.user = kwargs.pop("user", None)
        if kwargs:
            raise TypeError("unexpected %s" % ", ".join(kwargs))


def search(text, **options):
    found = [line for line in text.splitlines() if options["word"] in line]
    if "limit" in options:
        found = found[: options["limit"]]
    if options.get("reverse"):
        found.reverse()
    return found


def by_default(text, options):
    return search(text, **options)


def main():
    pool = Pool("localhost", size=8, user="ada")
    pools = [pool, Pool("remote", timeout=5)]
    options = {"word": "x", "limit": 3}
    found = search("x\ny", word="x", reverse=True) + search("z", **options)
    return len(pools), found, by_default("w", {"word": "w", "reverse": False})
