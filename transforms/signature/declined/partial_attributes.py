# All that could be said is that `__init__` returns nothing, and then a checker would ask what `entries` holds.
class Registry:
    def __init__(self):
        self.entries = []
