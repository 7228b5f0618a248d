# A text tells variants apart: what has the same keys under another text is none of those that are declared.
from typing import Literal, TypedDict


class Push(TypedDict):
    type: Literal["push"]
    path: str
    headers: list[str]


def show(push: Push) -> None:
    print(push["path"])


def start(message) -> None:
    if message["type"] != "start":
        return
    headers = message["headers"]
    headers.append("x")
