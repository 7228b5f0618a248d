# A visitor's methods get objects of the classes that they are called after.
class Builder:
    def build(self, node: object) -> object:
        return getattr(self, "build_" + type(node).__name__)(node)

    def build_Subscript(self, o):
        return f"{o.value.strip()}[{o.slice.strip()}]"

    def build_UnaryOp(self, o):
        return o.op + "-" + o.operand
