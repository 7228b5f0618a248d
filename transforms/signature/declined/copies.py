# What is put into a copy does not tell what the copied dict held.
def totals(words):
    table = dict(words)
    table["total"] = 3.5
    return table


def merged(words):
    table = dict(words)
    table |= {"first": 1}
    return table
