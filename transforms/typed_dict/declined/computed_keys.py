# Keys are computed besides those that tell what it is: it is a mapping.
def gather(pairs):
    found = {"type": "all", "status": "new"}
    for key, value in pairs:
        found[key] = value
    return found


def show(found):
    return found["type"] + found["status"]
