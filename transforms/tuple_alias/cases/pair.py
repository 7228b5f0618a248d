# A pair that is indexed here and unpacked there.
from math import sqrt

v = (1.0, 2.0)


def total(v):
    return v[0] + v[1]


def modulus(v):
    x, y = v
    return sqrt(x**2 + y**2)


print(total(v), modulus(v))
