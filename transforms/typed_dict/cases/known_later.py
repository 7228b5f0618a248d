"""What slots turn out to be says what the keys hold; so does what is called by a word that stands for one type."""


class Shape:
    def area(self):
        return 0.0


class Circle(Shape):
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return 3.14 * self.radius**2


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side


def describe(shape, title, options=None, note=None):
    return {"shape": shape, "title": title, "options": options or {}, "note": note, "extra": load(title)}


def load(title):
    return __import__("json").loads(title)


def show(entry):
    print(entry["shape"].area(), entry["title"], entry["options"], entry["note"], entry["extra"])


def main(config):
    show(describe(Circle(2), config.pop(), {}, "a note"))
    show(describe(Square(3), config.pop()))
