# The tuple grows before it is returned.
def row(name: str, size: int, extra: bool):
    cells = (name, size, size)
    if extra:
        cells += (name,)
    return cells


name, width, height = row("a", 1, False)
