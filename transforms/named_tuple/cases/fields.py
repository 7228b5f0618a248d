from collections import namedtuple

Row = namedtuple("Row", "key size note")
Span = namedtuple("Span", "start end label")


class Cell(namedtuple("Cell", "text width")):
    """One cell.

    Attributes:
        text (str): What it shows.
        width (int): Its width.
    """


def read(pair):
    return Row._make(("a", 1, None))


def annotate(row):
    return read(row)._replace(note="seen")


def measure(path, start):
    """Measure.

    :param str path: The file.
    :param int start: Where to begin.
    """
    return Span(start, start, path)


def show(cell):
    return Cell(cell, cell)
