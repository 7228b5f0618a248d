# There is no place for an annotation: targets of loops, several targets, unpacked values.
from typing import List, Tuple


def pairs():
    for a, b in [(1, "a")]:  # type: int, str
        print(a, b)
    with open("x") as file:  # type: ignore
        print(file)
