# Two classes of one family: a union of them says more than what they have in common.
class Shape:
    name = ""


class Disc(Shape):
    area: float = 3.14


class Block(Shape):
    area: float = 1.0


def price(shape):
    return shape.area * 1.5


print(price(Disc()), price(Block()))
