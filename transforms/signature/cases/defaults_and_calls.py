def connect(host="localhost", port=80, *, secure=False, headers=None, timeout=10):
    headers = headers or {}
    if secure:
        port = 443
    return "%s:%s" % (host, port), headers.get("x"), timeout / 2


def pad(text, width=10, fill=" "):
    if width is None:
        return text
    return text + fill * (width - len(text))


def join(items, sep=None):
    if sep is None:
        sep = ", "
    return sep.join(str(item) for item in items)


def level(value, mode=0):
    if mode == "strict":
        return int(value)
    return value


def scale(values, by=1):
    return [value * by for value in values]


def pick(flag=False):
    return flag and "yes"


def update(target, **changes):
    for key, value in changes.items():
        setattr(target, key, value)
    return target


def callback(function, *args, **kwargs):
    return function(*args, **kwargs)


def main():
    connect()
    connect(None, "81", secure=1, headers={"x": 1}, timeout=0.5)
    pad("x", None)
    pad("x", 3)
    join([1, 2])
    join(("a", "b"), "-")
    join({"a": 1}, sep="")
    level("3", mode="strict")
    level(3)
    scale([1, 2], 0.5)
    scale((1, 2))
    pick(1)
    callback(pad, "x", width=3)


main()
