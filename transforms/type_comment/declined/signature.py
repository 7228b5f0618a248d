# No comment says a type.
def plain(a):  # types: see below
    # type : (int) -> int
    return a


x = 1  # type: ignore
