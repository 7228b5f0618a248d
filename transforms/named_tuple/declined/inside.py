# The class is made anew by each call, with fields that the caller names.
from collections import namedtuple


def record(name, fields):
    return namedtuple(name, fields)


print(record("R", "a b")(1, 2))
