# Methods that override each other take the same, whatever each of them makes of it.
class Shape:
    def draw(self, **kwargs):
        return kwargs.get("color", "red"), kwargs.get("width", 1)


class Box(Shape):
    def draw(self, **kwargs):
        return "box", 0


def main():
    return Shape().draw(color="blue", width=2), Box().draw(width=3)
