# What the function gives is called: the number is only what is there before a function takes its place.
_log = 0


def register(name):
    return _log


log = register(unknown())
if log:
    log("started")
