# The only caller passes numbers, but the body asks its elements to be lists.
def first(rows):
    for row in rows:
        if isinstance(row, list):
            return unknown(row)
    return unknown(rows)


first([1, 2])
