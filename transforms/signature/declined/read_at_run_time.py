# A decorator of an injector reads the annotations when the program runs, so they would change what it does.
from functools import singledispatch


@singledispatch
def encode(value):
    raise TypeError(value)


@encode.register(int)
def _(value) -> str:
    return str(value)


encode(1)
