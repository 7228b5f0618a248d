# One of the classes lacks the member: a mistake, not a protocol.
class Disc:
    area = 1.0


class Line:
    length = 1.0


def price(shape):
    return shape.area * 1.5


print(price(Disc()), price(Line()))
