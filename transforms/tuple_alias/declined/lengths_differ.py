# Two numbers here, three there: not one thing.
def first(v):
    return v[0]


def last(v):
    return v[-1]


print(first((1.0, 2.0)), last((1.0, 2.0, 3.0)))
