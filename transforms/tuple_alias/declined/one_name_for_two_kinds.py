# An edge has two ends here and a weight there: the name would not tell which one is meant.
def draw(edge):
    return edge[0] + edge[1]


def erase(edge):
    return edge[0] - edge[1]


def weigh(edge):
    return edge[2]


def lift(edge):
    return edge[2] + edge[0]


draw((1, 2))
erase((1, 2))
weigh((1, 2, 3))
lift((1, 2, 3))
