# A function has no attributes of its own to a checker; what sets some gives back more than it got.
import functools


def labelled(func):
    func.label = "x"
    return func


def counted(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return func(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


@labelled
@counted
def size(text):
    return len(text)
