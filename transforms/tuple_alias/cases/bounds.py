# Four numbers that are made once and read in several places.
def bounds(points):
    xs = [point[0] for point in points]
    ys = [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def width(box):
    return box[2] - box[0]


def contains(box, point):
    left, bottom, right, top = box
    x, y = point
    return left <= x <= right and bottom <= y <= top


box = bounds([(0.5, 1.5), (2.5, 3.5)])
print(width(box), contains(box, (1.0, 2.0)))
