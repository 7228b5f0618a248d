"""What is put into a dict by `update` comes with its keys; `|` makes a dict of neither kind."""


def paint():
    return {"color": "red", "weight": 2.5, "finish": "matt"}


def label(paint):
    return paint["color"].upper(), paint["weight"] * 2, paint["finish"].title()


def part(tag, coat):
    made = {"id": 1, "tag": tag}
    made.update(coat)
    return made


def either(tag, coat):
    return {"id": 2, "tag": tag} | coat


def name(part):
    return part["id"] + 1, part["tag"].upper(), part.get("color"), part.get("finish")


def main():
    return label(paint()), name(part("a", paint())), either("b", paint())
