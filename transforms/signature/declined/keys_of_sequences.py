# To a checker the object gives lists or anything, and lists have no key `type`.
class Production:
    stack = unknown()

    def __getitem__(self, n: object):
        if isinstance(n, slice):
            return [unknown(part) for part in self.stack[n]]
        return unknown(n)


def rule(production):
    return production[1]["type"]


rule(Production())
