# The functions that hold the tuple are bound twice, so that no signature of theirs can be annotated.
def total(size):
    width, height = size
    return width * height


def total(size):
    width, height = size
    return width + height


def half(size):
    width, height = size
    return width / 2


def half(size):
    width, height = size
    return height / 2


total((1.0, 2.0))
half((1.5, 2.0))
