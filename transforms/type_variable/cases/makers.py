"""Decorators with arguments."""
from functools import wraps

ROUTES = {}


def route(path):
    def decorate(func):
        ROUTES[path] = func
        return func

    return decorate


def tolerant(errors):
    def decorate(func):
        @wraps(func)
        def wrapper(*args, **kwargs):
            try:
                return func(*args, **kwargs)
            except errors:
                print("failed")
                return None

        return wrapper

    return decorate


def shown(prefix):
    def decorate(func):
        @wraps(func)
        def wrapper(*args, **kwargs):
            return "{}: {}".format(prefix, func(*args, **kwargs))

        return wrapper

    return decorate


class App:
    def __init__(self):
        self.commands = {}

    def command(self, name):
        def decorate(func):
            self.commands[name] = func
            return func

        return decorate


@route("/")
@tolerant((KeyError, ValueError))
@shown("size")
def size(text):
    return len(text)


size("abc")
