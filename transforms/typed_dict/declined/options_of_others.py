# What a library takes, or a function of which nothing but the name of the options is known here, is its business.
import json


def dump(value, **kwargs):
    return json.dumps(value, **kwargs)


def parse(text, strict=False, depth=0, encoding="utf-8", limit=None):
    return text, strict, depth, encoding, limit


def parse_line(line, **kwargs):
    return parse(line.strip(), **kwargs)


def log(text, *args, **kwargs):
    if kwargs.get("depth"):
        print(kwargs.get("limit"))
    return parse(text, *args, **kwargs)


def main():
    return dump([1], indent=2, sort_keys=True), parse_line("a", depth=1, limit=3), log("a", depth=1)


def listen(**kwargs):
    kwargs.setdefault("backlog", 5)
    return open_port(**kwargs)


def open_port(host="", port=80, backlog=1, reuse=False, timeout=1.5):
    return (host, port, backlog, reuse, timeout)


print(listen(), listen())
