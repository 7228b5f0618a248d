# Nobody calls the items anything.
def totals(values: list[int]):
    return sum(values), max(values), min(values)


print(totals([1, 2]))
