# Methods, properties, class methods and overrides.
class Shape:
    def __init__(self, name):
        self.name = name

    def area(self):
        raise NotImplementedError

    def describe(self, unit="m"):
        return f"{self.name}: {self.area()} {unit}2"

    @classmethod
    def called(cls, name):
        return cls(name)

    @staticmethod
    def round(value, digits):
        return round(value, digits)

    @property
    def title(self):
        return self.name.title()

    def __eq__(self, other):
        return isinstance(other, Shape) and self.name == other.name

    def __len__(self):
        return len(self.name)


class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side**2


print(Square(2.5).describe(), Shape.round(2.55, 1), len(Shape.called("disc")), Square(1.5).title)
