# Keys are constants in one place and computed in another, and there are few of them: a table.
class Settings:
    def __init__(self):
        self.table = {"depth": 1, "title": "x"}

    def find(self, key):
        return self.table.get(key)

    def depth(self):
        return self.table["depth"]


print(Settings().find("depth"), Settings().find("title"), Settings().depth())
