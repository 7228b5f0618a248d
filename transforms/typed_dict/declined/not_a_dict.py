# What has methods of its own is no dict, though it takes text in brackets.
def spread(table):
    table.sort_values("low")
    return table["high"] - table["low"]
