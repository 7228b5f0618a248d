# The keys are texts that callers hand in: one call is all that is seen of them.
def subtract(field, number):
    def change(row):
        row[field] -= number

    return change


def fill(field, text):
    def change(row):
        row[field] = text

    return change


def update(rows, change):
    for row in rows:
        change(row)


def table():
    return [{"size": 1, "name": "a"}, {"size": 2, "name": "b"}]


rows = table()
update(rows, subtract("size", 5))
update(rows, fill("name", "x"))
