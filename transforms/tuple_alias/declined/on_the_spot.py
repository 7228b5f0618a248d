# Two results that are unpacked where they are made: the return type says it all.
def split(text):
    return text[0], len(text)


first, length = split("abc")
print(first, length)
