"""Who drives where, and in which order."""

import asyncio
import functools

from parcels.geometry import ORIGIN, bounds, distance, midpoint


def logged(prefix):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            result = function(*args, **kwargs)
            history.append(f"{prefix}{function.__name__}")
            return result

        return wrapper

    return decorate


history = []  # type: list[str]


class Van:
    capacity = 12

    def __init__(self, plate, position=ORIGIN):
        self.plate = plate
        self.position = position
        self.driven = 0.0

    def drive(self, stop):
        self.driven += distance(self.position, stop)
        self.position = stop
        return self.driven


class Bicycle(Van):
    capacity = 2

    def drive(self, stop):
        # A bicycle takes the short cut.
        self.driven += distance(self.position, stop) * 0.9
        self.position = stop
        return self.driven


@logged("route.")
def shortest_first(stops, start=ORIGIN):
    return sorted(stops, key=lambda stop: distance(start, stop))


def nearest(stops, position):
    best = None
    for stop in stops:
        if best is None or distance(position, stop) < distance(position, best):
            best = stop
    return best


def legs(stops):
    """How far it is from stop to stop."""
    lengths = [distance(stop, after) for stop, after in zip(stops, stops[1:])]
    return min(lengths), max(lengths), sum(lengths) / len(lengths)


def depot(stops):
    box = bounds(stops)
    return midpoint(ORIGIN._replace(x=box[0], y=box[1]), ORIGIN._replace(x=box[2], y=box[3]))


async def deliver(van, stops, pause=0):
    for stop in stops:
        van.drive(stop)
        await asyncio.sleep(pause)
    return len(stops)


async def deliver_all(vans, stops):
    share = max(1, len(stops) // len(vans))
    jobs = [deliver(van, stops[i * share : (i + 1) * share]) for i, van in enumerate(vans)]
    return sum(await asyncio.gather(*jobs))
