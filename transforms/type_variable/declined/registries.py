# Two functions fill one container: to a checker the variable of one is not that of the other.
HANDLERS = {}


def on_start(func):
    HANDLERS["start"] = func
    return func


def on_stop(func):
    HANDLERS["stop"] = func
    return func


@on_start
@on_stop
def toggle():
    print("on or off")
