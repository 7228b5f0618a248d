# Nobody calls it: what it is called with is not known.
def price(shape):
    return shape.area * 1.5
