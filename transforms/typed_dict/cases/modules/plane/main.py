from plane.geom import v2_modulus
from plane.make import diagonal, unit


def run():
    return v2_modulus({"x": 1.0, "y": 2.0}) + v2_modulus(unit()) + v2_modulus(diagonal(2.5))


print(run())
