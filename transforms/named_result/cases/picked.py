import re


class Address:
    def __init__(self, text: str) -> None:
        self.text = text

    def parts(self):
        """The host and the port, if there are any."""
        match = re.match(r"(\w+):(\d+)", self.text)
        if match is None:
            return None
        host, port = match.group(1), int(match.group(2))
        return (host, port)

    @property
    def span(self):
        whole = (len("x"), len(self.text), self.text)
        return whole

    def port(self):
        parts = self.parts()
        return parts[1] if parts else 80

    def length(self):
        start, stop, text = self.span
        return stop - start
