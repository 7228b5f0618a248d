# A tuple has methods that are called like the fields.
def tally(values: list[str]):
    count, index, last = len(values), 0, values[-1]
    return count, index, last
