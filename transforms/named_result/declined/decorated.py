# The decorator decides what becomes of the tuple.
from contextlib import contextmanager


def traced(function):
    print(function)
    return function


@traced
def bounds(size: int):
    left, top, width = 0, 0, size
    return left, top, width
