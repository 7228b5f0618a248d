from math import sqrt


def v2_modulus(v):
    return sqrt(v["x"] ** 2 + v["y"] ** 2)
