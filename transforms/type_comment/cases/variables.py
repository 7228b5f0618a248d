from typing import Dict, List, Optional, TypeVar

T = TypeVar("T")

names = []  # type: List[str]
limit = None  # type: Optional[int]
table = {}  # type: Dict[str, Entry]  # noqa


class Entry:
    kinds = ()  # type: tuple[str, ...]

    def __init__(self):
        # type: () -> None
        self.parts = []  # type: List[Entry]
        self.size: "int" = 0

    def all(self):
        # type: () -> List[Entry]
        found = []  # type: List[Entry]
        for part in self.parts:
            found.extend(part.all())
        return found
