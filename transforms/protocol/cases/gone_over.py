# What is gone over as well has `__iter__`.
class Rows:
    limit = 10

    def __iter__(self):
        yield "row"


class Pages:
    limit = 3

    def __iter__(self):
        yield "page"


def show(source):
    print(source.limit)
    for item in source:
        print(item)


def main() -> None:
    show(Rows())
    show(Pages())
