# Defaults that are set later, where a class would not show them.
from collections import namedtuple

Node = namedtuple("Node", "value next")
Node.__new__.__defaults__ = (None,)
print(Node(1))
