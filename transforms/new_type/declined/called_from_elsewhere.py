# Whoever calls these functions is out of sight, and would have to wrap the ids that no function gives out.
class Table:
    def __init__(self, name):
        self.name = name


class Association:
    def read(self, value):
        self.table_id = str(value)


def associate(table_id, subnet):
    print("associate", table_id, subnet)


def delete(table_id):
    print("delete", table_id)


def disable(table_id):
    print("disable", table_id)
