# The author of `label` says that it gives texts; a checker finds the number there as soon as it knows of it.
def width():
    return len(unknown())


def label() -> str:
    return width() or "x"
