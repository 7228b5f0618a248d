"""Decorators of methods, and of functions that are awaited."""
import functools


class Closed(Exception):
    pass


def open_only(method):
    @functools.wraps(method)
    def check(self, *args, **kwargs):
        if self.closed:
            raise Closed
        return method(self, *args, **kwargs)

    return check


def logged(func):
    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        print(func.__name__)
        return await func(*args, **kwargs)

    return wrapper


class Channel:
    def __init__(self):
        self.closed = False

    @open_only
    def send(self, text):
        return len(text)

    @logged
    async def receive(self, size):
        return "x" * size


def shape_of(text):
    P = len(text)
    return P, text


async def main():
    channel = Channel()
    channel.send("a")
    await channel.receive(2)
