# The `data` that a class is made from is named after the class.
class Invite:
    def __init__(self, data):
        self.code = data["code"]
        self.uses = int(data["uses"])
        self.title = data["title"].strip()

    @classmethod
    def from_data(cls, data):
        return cls(data)


def fetch(code: str) -> Invite:
    payload = {"code": code, "uses": 0, "title": f"Invite {code}"}
    return Invite.from_data(payload)
