# A dataclass, a named tuple and a plain class, read by two names.
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple


@dataclass
class Data:
    x: float
    y: float


class Named(NamedTuple):
    x: float
    y: float


class Plain:
    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y


def modulus(v2):
    return sqrt(v2.x + v2.y)


print(modulus(Data(1.0, 2.0)), modulus(Named(1.0, 2.0)), modulus(Plain(1.0, 2.0)))
