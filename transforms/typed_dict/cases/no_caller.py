# Nobody calls it: the keys that are read, and what is done with them, are all there is.
from math import sqrt


def v2_modulus(v):
    return sqrt(v["x"] ** 2 + v["y"] ** 2)
