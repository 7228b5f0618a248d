"""Fields that get what is unpacked in a call."""

from collections import namedtuple

Version = namedtuple("Version", "major minor")
Size = namedtuple("Size", ["width", "height"])


def parse(text):
    return Version(*map(int, text.split(".")))


def scale(pair):
    return Size(*pair)


def first(row):
    return Size(row, *[1.0])


def main():
    return parse("1.2"), scale((1.5, 2.5)), first(3.0)
