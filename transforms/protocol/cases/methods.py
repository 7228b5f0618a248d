# What is called is a method; the parameters of the implementers have different names.
class Console:
    def send(self, text: str, urgent: bool = False) -> bool:
        print(text)
        return urgent


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[str] = []

    def send(self, body: str, urgent: bool = False) -> bool:
        self.mails.append(body)
        return True


def announce(channel, text):
    if not channel.send(text):
        channel.send(text, urgent=True)


announce(Console(), "hello")
announce(Mailbox(), "hello")
