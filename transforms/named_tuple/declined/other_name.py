# It calls itself by another name, which `repr` shows.
from collections import namedtuple

Point = namedtuple("Vector", "x y")
print(Point(1, 2))
