# All forms of the list of names, and defaults.
from collections import namedtuple
import collections

A = namedtuple("A", "x y")
B = namedtuple("B", "x, y")
C = namedtuple("C", ["x", "y"])
D = namedtuple("D", ("x", "y"), defaults=(0,))
E = collections.namedtuple("E", "name size", defaults=["", 0])

print(A(1, 2), B(1.5, 2), C("a", "b"), D(1), E("e"), D(x=1, y=2))
