from events import Event


class Hit:
    def __init__(self, title: str) -> None:
        self.title = title


def load(hit_id):
    return Hit("hit " + str(hit_id))


def close(hit_id):
    print("closed", hit_id)


def handle(event: Event) -> None:
    load(event.hit_id)
    close(event.hit_id)


handle(Event({"hit": "h7", "kind": "new"}))
