# The names are only known when the program runs.
from collections import namedtuple

NAMES = "x y".split()
Point = namedtuple("Point", NAMES)
print(Point(1, 2))
