# With and without arguments: what comes back depends on what is given.
import functools


def command(func=None, name=""):
    if func is None:
        return functools.partial(command, name=name)
    return func


def maybe(func):
    if func.__name__.startswith("_"):
        return None
    return func


def cached(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        if func.__name__ in CACHE:
            return CACHE[func.__name__]
        return func(*args, **kwargs)

    return wrapper


CACHE = {}


@command
@maybe
@cached
def size(text):
    return len(text)
