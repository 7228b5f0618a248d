# What a dispatching function takes and returns is up to the functions registered for it: its own body does not tell.
from functools import singledispatch


@singledispatch
def encode(value):
    raise TypeError(value)


@encode.register(int)
def _(value) -> str:
    return str(value)


encode(1)
