def new_guest(name):
    return {"name": name, "age": 3}


def lend(guest):
    # To a checker the copy is a dict of anything, whatever is put in.
    copy = dict(guest)
    copy["until"] = 3.5
    return copy


def counts(words):
    # What `words` brings is not known.
    table = {}
    table.update(words)
    table["count"] = 1
    return table


def main():
    guest = new_guest("Ada")
    lend(guest)
    print(guest["age"], guest["name"], counts({}))
