import origin
from geom import modulus


class Plain:
    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y


print(modulus(origin), modulus(Plain(1.0, 2.0)))
