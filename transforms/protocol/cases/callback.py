def plain(obj: object, name: str, default: object = None) -> object:
    return getattr(obj, name, default)


def public(obj: object, name: str, *defaults: object) -> object:
    return None if name.startswith("_") else getattr(obj, name, *defaults)


def members(obj: object, attr_getter=plain):
    return [attr_getter(obj, name) for name in ("name", "size")]


def title(obj: object, attr_getter):
    return attr_getter(obj, "title", "untitled")


def report(obj: object, attr_getter):
    print(title(obj, attr_getter), attr_getter(obj, "name"))


report(1, public)
report(2, plain)


def shout(text: str, *, times: int) -> str:
    return text.upper() * times


def repeat(text: str, times: int = 1) -> str:
    return text * times


def render(text: str, callback):
    return callback(text, times=2)


render("a", shout)
render("b", repeat)
