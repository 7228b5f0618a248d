import sys
from collections import namedtuple
A = namedtuple("A", "x")
B = namedtuple("B", "a")  # holds an A

C = namedtuple("C", "b c")
# What comes first.
D = namedtuple("D", "c")
LAST = D(C(B(A(1)), sys.platform))
