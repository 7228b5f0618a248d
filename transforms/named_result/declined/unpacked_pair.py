# Two items that callers only unpack: the names stand there already.
def split(text: str):
    head, tail = text[:1], text[1:]
    return head, tail


head, tail = split("ab")
