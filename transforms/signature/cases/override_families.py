class Shape:
    def __init__(self, name, scale=1):
        self.name = name
        self.scale = scale

    def area(self):
        raise NotImplementedError

    def scaled(self, factor, origin=None):
        return self

    def describe(self, verbose=False):
        return self.name

    def handle(self, event):
        pass

    def copy(self):
        return self


class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side * self.side

    def scaled(self, factor, origin=None, exact=False):
        return Square(self.side * factor)

    def describe(self, verbose=False):
        if verbose:
            return "square of %s" % self.side
        return None

    def handle(self, event):
        return event == "x"

    def diagonal(self):
        return self.side * 1.4


class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return 3.14 * self.radius ** 2

    def handle(self, event):
        return True


def total(shapes):
    return sum(shape.area() for shape in shapes)


def main():
    shapes = [Square(2), Circle(1.5)]
    print(total(shapes), Square(3).scaled(2).diagonal(), Square(2).copy().diagonal())
    for shape in shapes:
        shape.handle("x")
        print(shape.describe(True))
    for shape in shapes:
        print(shape.scaled(2).area())


main()
