# Methods that override each other return the same.
class Shape:
    def bounds(self):
        left, top, size = 0, 0, 1
        return left, top, size


class Square(Shape):
    def bounds(self):
        left, top, size = 1, 1, 2
        return left, top, size
