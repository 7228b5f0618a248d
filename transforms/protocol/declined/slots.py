# A class that lists them in `__slots__` has them, though nothing in sight sets them.
class Project:
    __slots__ = {"name": "what it is called", "location": "where it is"}

    def __init__(self, values):
        for key, value in values.items():
            setattr(self, key, value)


def fetch(project):
    print(project.name + "/" + project.location)
