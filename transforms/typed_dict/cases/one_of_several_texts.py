# The readers ask all of them for the same keys: one record, though a text could tell them apart.
def opened(path):
    return {"type": "opened", "path": path, "size": 0}


def closed(path):
    return {"type": "closed", "path": path, "status": 1}


def weigh(event):
    return event.get("size", 0) + event.get("status", 0)


def total():
    return weigh(opened("a")) + weigh(closed("b"))
