# What is annotated stays as it is, also where we would have written something else.
from typing import Any


def double(value: Any) -> object:
    return value * 2


print(double(2))
