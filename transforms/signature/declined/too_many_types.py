# Five types behind one name are a shape or an accident; a union of five helps nobody.
def show(value):
    global shown
    shown = value
    return shown


show(1), show("a"), show([1.5]), show({"a": 1}), show(b"x"), show((1, "b"))
