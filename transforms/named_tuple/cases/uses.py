# Whole numbers at the call sites, fractions in between: the uses decide.
from collections import namedtuple
from math import sqrt

Vec2 = namedtuple("Vec2", "x y")


def modulus(v):
    return sqrt(v.x**2 + v.y**2)


print(modulus(Vec2(1, 2)), modulus(Vec2(0.5, 1.5)))
