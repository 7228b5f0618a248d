"""Decorators that hand back what they get, or what stands for it."""
import functools
import time

HANDLERS = {}
KINDS = []


def register(func):
    HANDLERS[func.__name__] = func
    return func


def known(cls):
    KINDS.append(cls)
    return cls


def timed(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        start = time.time()
        result = func(*args, **kwargs)
        print(func.__name__, time.time() - start)
        return result

    return wrapper


@register
@timed
def area(width, height):
    return width * height


@known
class Circle:
    pass


area(2.5, 3.5)
