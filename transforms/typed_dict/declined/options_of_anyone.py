# What is unpacked there, what is passed and never read, and who calls it later: all of that may be anything.
import json


def connect(host, **kwargs):
    return host, kwargs.get("port", 22), kwargs.get("user", "root")


def swallow(host, **kwargs):
    return host, kwargs.get("port", 22), kwargs.get("user", "root")


def on_change(sender, **kwargs):
    return sender, kwargs.get("key", ""), kwargs.get("value", 0)


def keep(host, **kwargs):
    return host, kwargs.get("port", 22), kwargs.get("user", "root"), json.dumps(kwargs)


def main(path, register):
    register(on_change)
    keep("a", port=1, user="x")
    return connect("a", **json.loads(path)), swallow("b", port=3, verbose=True)
