"""The methods that override each other return one record, of which each fills a part."""

from abc import ABC, abstractmethod


class BaseResource(ABC):
    @abstractmethod
    def get_info(self):
        """What is to be shown of it."""


class PlainResource(BaseResource):
    def __init__(self, path):
        self.path = path

    def get_info(self):
        return {"path": self.path}


class PrefixResource(BaseResource):
    def __init__(self, prefix, depth):
        self.prefix = prefix
        self.depth = depth

    def get_info(self):
        return {"prefix": self.prefix, "depth": self.depth}


class FileResource(BaseResource):
    def __init__(self, root, size):
        self.root = root
        self.size = size

    def get_info(self):
        return {"root": self.root, "size": self.size}


class Shape:
    def to_kwargs(self):
        return {"name": "shape", "sides": 0}


class Square(Shape):
    def to_kwargs(self):
        return {"name": "square", "sides": 4, "length": 2.5}


def main():
    PlainResource("/index")
    PrefixResource("/static", 2)
    FileResource("/var/files", 1024)
    return Square().to_kwargs()["length"]
