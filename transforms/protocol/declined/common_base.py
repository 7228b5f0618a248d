# Both classes have a base with the member that is used: the parameter takes the base.
class Shape:
    area: float = 0.0


class Disc(Shape):
    area: float = 3.14


class Block(Shape):
    area: float = 1.0


def price(shape):
    return shape.area * 1.5


print(price(Disc()), price(Block()))
