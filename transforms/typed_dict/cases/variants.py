def parts_of(rows):
    parts = []
    for row in rows:
        if row.startswith("!"):
            parts.append({"type": "image", "url": row[1:], "width": 100})
        elif row.startswith(">"):
            quote = {"type": "quote", "content": row[1:], "author": "me"}
            parts.append(quote)
        else:
            parts.append({"type": "text", "body": row})
    return parts


def kinds(parts):
    return [part["type"] for part in parts]


def report():
    return kinds(parts_of(["!a", ">b", "c"]))


def circle_event(radius):
    return {"kind": "circle", "radius": radius * 1.0}


def square_event(side):
    return {"kind": "square", "side": side * 1.0}


def area(event):
    if event["kind"] == "circle":
        return 3.14 * event["radius"] ** 2
    return event["side"] ** 2


def total():
    return area(circle_event(2.0)) + area(square_event(3.0))
