# Callers in sight pass something: its class is somewhere, though nothing here says what it is.
import something


def width(box):
    return box.left + box.right


print(width(something.box()))
