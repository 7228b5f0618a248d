# What most keys of begin with an underscore is the inside of an object.
class Tree:
    def __init__(self):
        self._root = object()
        self._size = 0

    def snapshot(self):
        return {"_root": self._root, "_size": self._size}

    def restore(self, state):
        self._root = state["_root"]
        self._size = state["_size"]


def copy(tree):
    other = Tree()
    other.restore(tree.snapshot())
    return other
