# What is given back is no function: a plain hint says as much.
def checked(value):
    if not value:
        raise ValueError(value)
    return value


def add(shapes, shape):
    shapes.append(shape)
    return shape


checked(1)
checked("a")
add([], 2)
