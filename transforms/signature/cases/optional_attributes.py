import re


class Connection:
    def __init__(self, host, port=None):
        self.host = host
        self.port = port

    def send(self, data):
        return len(data)


class Session:
    pattern = None

    def __init__(self, timeout=None, retries=3):
        self.connection = None
        self.timeout = timeout
        self.retries = retries
        self.last = None

    def open(self, host):
        self.connection = Connection(host, 80)
        self.pattern = re.compile("x")

    def send(self, data):
        if self.connection is None:
            return 0
        self.last = data
        return self.connection.send(data)

    def find(self, text):
        match = self.pattern and self.pattern.match(text)
        return match.group(0) if match else None


def peek(session):
    return session.connection.host


def first(items, default=None):
    for item in items:
        return item
    return default


session = Session(3)
session.open("localhost")
print(session.send("abc"), session.find("x"), peek(session), first([1, 2]))
