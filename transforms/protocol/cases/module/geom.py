from math import sqrt


def modulus(v2):
    return sqrt(v2.x + v2.y)
