# What is passed on is not what came: the result takes other arguments than the function.
import functools


def with_session(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func("session", *args, **kwargs)

    return wrapper


def without_options(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        kwargs = {}
        return func(*args, **kwargs)

    return wrapper


def renamed(func):
    @functools.wraps(func)
    def wrapper(path, *args, **kwargs):
        return func(path, *args, **kwargs)

    return wrapper


@with_session
@without_options
@renamed
def size(session, text):
    return len(text)
