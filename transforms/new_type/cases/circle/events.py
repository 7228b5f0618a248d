"""The owner of the id imports this module."""


class Event:
    def __init__(self, data: dict[str, str]) -> None:
        self.hit_id = data["hit"]
        self.kind = data["kind"]
