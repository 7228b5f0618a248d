def bounds(points):
    xs = [point[0] for point in points]
    ys = [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def area(points: list[tuple[float, float]]) -> float:
    left, top, right, bottom = bounds(points)
    return (right - left) * (bottom - top)


def width(points: list[tuple[float, float]]) -> float:
    left, _, right, _ = bounds(points)
    return right - left
