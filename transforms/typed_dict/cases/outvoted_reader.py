class Cut:
    def __init__(self, value):
        self.value = value


def new_event(name, spans: list[str]):
    return {"name": name, "spans": spans}


def cut(event):
    event["spans"] = Cut(event["spans"])


def show(event):
    # Not every event can be read so: the hint of this parameter would be wrong, not the type of the key.
    for span in event["spans"]:
        print(span)


def one(event):
    return event["name"], two(event)


def two(event):
    return event["name"], three(event)


def three(event):
    return event["name"], four(event)


def four(event):
    return event["name"], five(event)


def five(event):
    return event["name"], six(event)


def six(event):
    return event["name"], seven(event)


def seven(event):
    return event["name"], eight(event)


def eight(event):
    return event["name"], nine(event)


def nine(event):
    show(event)
    return event["name"]


def main():
    event = new_event("click", ["a", "b"])
    cut(event)
    return one(event)
