# target: 3.9
import collections
import queue
from typing import TYPE_CHECKING, Any, Dict, List, Optional

if TYPE_CHECKING:
    from decimal import Decimal


def shout(words, times=1):
    # type: (List[str], int) -> str
    """Says it loudly."""
    return " ".join(words).upper() * times


def on_the_line(a, b):  # type: (int, str) -> Optional[str]
    return b * a or None


def beside_another(a):  # type: (int) -> int  # noqa: E501
    return a


def each_on_its_own(
    first,  # type: int
    second=None,  # type: Optional[Node]
    *rest,  # type: str
    **options  # type: Any
):
    # type: (...) -> Dict[str, int]
    return {"first": first, **{name: 1 for name in rest}}


def later(amount, jobs):
    # type: (Decimal, queue.Queue[int]) -> int | None
    return jobs.get() if amount else None


def nothing():
    # type: () -> None
    pass


def a_long_name_for_a_function(first_argument, second_argument):
    # type: (collections.OrderedDict, List[Dict[str, int]]) -> List[Dict[str, int]]
    return second_argument


class Node:
    def join(self, other, *, depth=0):
        # type: (Node, int) -> List['Node']
        return [self, other] * depth

    @classmethod
    def make(cls, *names):
        # type: (*str) -> Node
        def inner(x):
            # type: (int) -> int
            return x

        return cls() if inner(len(names)) else Node()
