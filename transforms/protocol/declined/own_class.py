# A class of the repository has all that is asked for: it is meant, and not everything that looks like it.
class Box:
    left = 0
    right = 1

    def __init__(self):
        self.name = ""


def width(box, other):
    return box.left + box.right


def height(box):
    print(box.left, box.right, box.name)
