# `NamedTuple` does not let a class define `__new__`.
from collections import namedtuple


class Point(namedtuple("Point", "x y")):
    def __new__(cls, x, y=0):
        return super().__new__(cls, x, y)


print(Point(1))
