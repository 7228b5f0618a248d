# One class in sight: the parameter takes that class.
class Disc:
    def __init__(self, radius: float) -> None:
        self.area = 3.14 * radius**2


def price(shape):
    return shape.area * 1.5


print(price(Disc(1.0)), price(Disc(2.0)))
