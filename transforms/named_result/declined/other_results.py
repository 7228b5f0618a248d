# One path returns what another function made: that would stay a plain tuple.
def version(text: str):
    if text == "default":
        return tuple(map(int, "1.2.3".split(".")))
    major, minor, micro = 1, 2, 3
    return major, minor, micro
