# `center` is the name of functions here, not of a value.
def center(width: int, height: int):
    return (width // 2, height // 2)


def page_center(width: int, height: int):
    return center(width, height)
