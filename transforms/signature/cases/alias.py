import math
from collections.abc import Callable
from typing import Any, TypeVar

Fun = TypeVar("Fun", bound=Callable[..., Any])
Point = tuple[float, float]
Size = tuple[float, float]


def distance(point, other):
    return math.hypot(point[0] - other[0], point[1] - other[1])


def area(size):
    width, height = size
    return width * height


def corner(size, scale):
    return size[0] * scale


STARTED = []


def on_start(func):
    STARTED.append(func)
    return func


@on_start
def begin():
    print("begin")


print(distance((0.0, 1.0), (2.0, 3.0)), area((1.0, 2.0)), corner((1.5, 2.5), 2.0))
