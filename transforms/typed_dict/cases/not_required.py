# Keys that are deleted, tested for, or read through `get`.
from math import sqrt


def modulus(v):
    z = v.get("z", 0.0)
    if "w" in v:
        z += v["w"]
    return sqrt(v["x"] ** 2 + v["y"] ** 2 + z**2)


def flatten(v):
    del v["z"]
    return modulus(v)


print(flatten({"x": 1.0, "y": 2.0, "z": 3.0}))
