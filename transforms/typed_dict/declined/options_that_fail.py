# A key that is read as if it were there, and that a call leaves out; a key that is a parameter.
def connect(host, **kwargs):
    return host, kwargs["port"], kwargs.get("user", "root")


def repeat(text, times, **kwargs):
    return text * kwargs.get("times", times), kwargs.get("end", "\n")


def main():
    return connect("a", port=1, user="x"), connect("b"), repeat("a", 3, end="")
