# A constant is the name of a key, not an id.
class Span:
    def __init__(self, title: str) -> None:
        self.title = title


class Keys:
    SPAN_ID = "span.id"


def note(span_id):
    print(span_id)


def count(span_id):
    print(len([span_id]))


note(Keys.SPAN_ID)
count(Keys.SPAN_ID)
