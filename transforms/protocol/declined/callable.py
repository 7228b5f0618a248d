# Called with one positional argument everywhere: `Callable` says that.
def upper(text: str) -> str:
    return text.upper()


def lower(text: str) -> str:
    return text.lower()


def render(text: str, style):
    return style(text)


render("a", upper)
render("b", lower)
