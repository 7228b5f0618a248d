# A tuple of one type and no fixed length is `tuple[str, ...]` and needs no name.
def join(parts):
    return "-".join(parts)


print(join(("a", "b")), join(("a", "b", "c")))
