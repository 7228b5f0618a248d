class Recorder:
    def __init__(self, name, limit=10):
        self.name = name
        self.limit = limit
        self.events = []
        self.totals = {}
        self.owner = None
        self.tags = set()
        self.tags.add(name)

    def record(self, event):
        self.events.append(event)
        self.totals[self.name] = event

    def adopt(self, owner):
        self.owner = owner


class Registry:
    def __init__(self):
        self.entries = []

    def register(self, entry):
        self.entries.append(entry)


Recorder("first", 20)
