# What most keys of begin with an underscore is the inside of an object, such as a pickled one.
class Tree:
    def __init__(self):
        self._root = None
        self._size = 0

    def __getstate__(self):
        return {"_root": self._root, "_size": self._size}

    def __setstate__(self, state):
        self._root = state["_root"]
        self._size = state["_size"]
