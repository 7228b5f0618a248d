# Generators, async, context managers, nothing returned.
import asyncio
from contextlib import contextmanager


def countdown(start):
    while start > 0:
        yield start
        start -= 1


async def wait(seconds, result="done"):
    await asyncio.sleep(seconds)
    return result


@contextmanager
def opened(path):
    file = open(path)
    try:
        yield file
    finally:
        file.close()


def fail(message):
    raise SystemExit(message)


def log(message, *parts, end="\n"):
    print(message, *parts, end=end)


if __name__ == "__main__":
    log("from", *[str(n) for n in countdown(3)])
    log(asyncio.run(wait(0.1)))
    with opened(__file__) as source:
        log(source.readline())
    fail("enough")
