"""Places on the map, and the areas that the service covers."""

from collections import namedtuple
from math import hypot, pi

Point = namedtuple("Point", "x y")

ORIGIN = Point(0.0, 0.0)


def distance(a, b):
    return hypot(a.x - b.x, a.y - b.y)


def midpoint(a, b):
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)


def bounds(points):
    """The left, bottom, right and top edge of what holds all points."""
    xs = [point.x for point in points]
    ys = [point.y for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def width(box):
    return box[2] - box[0]


def height(box):
    return box[3] - box[1]


def contains(box, point):
    left, bottom, right, top = box
    return left <= point.x <= right and bottom <= point.y <= top


class Disc:
    def __init__(self, centre, radius):
        self.centre = centre
        self.radius = radius

    @property
    def area(self):
        return pi * self.radius**2

    def covers(self, point):
        return distance(self.centre, point) <= self.radius


class Block:
    def __init__(self, low, high):
        self.low = low
        self.high = high

    @property
    def area(self):
        return (self.high.x - self.low.x) * (self.high.y - self.low.y)

    def covers(self, point):
        return contains((self.low.x, self.low.y, self.high.x, self.high.y), point)


def rent(zone, price):
    """What it costs a day to serve a zone."""
    return zone.area * price


def total_area(zones):
    return sum(zone.area for zone in zones)


def is_served(zones, point):
    return any(zone.covers(point) for zone in zones)
