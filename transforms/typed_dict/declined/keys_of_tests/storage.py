class Memory:
    def __init__(self):
        self.kept = None

    def read(self):
        return self.kept

    def write(self, data):
        self.kept = data


class Cache:
    def __init__(self, storage):
        self.storage = storage
        self.cache = None

    def read(self):
        if self.cache is None:
            self.cache = self.storage.read()
        return self.cache

    def write(self, data):
        self.cache = data
        self.storage.write(data)
