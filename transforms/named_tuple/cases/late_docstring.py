"""A docstring that is assigned later stays where it is."""

from collections import namedtuple

Version = namedtuple("Version", "major minor")
Version.__doc__ = "A version of the format."

print(Version(1, 2))
