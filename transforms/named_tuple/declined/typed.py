# It is a class with types already.
from typing import NamedTuple


class Point(NamedTuple):
    x: int
    y: int


print(Point(1, 2))
