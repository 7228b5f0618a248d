# The texts stand in the code: they are names for kinds of messages, and no ids that come from elsewhere.
class Message:
    def __init__(self, text):
        self.text = text


def warn(message_id, text):
    return report(message_id, Message(text))


def report(message_id, message):
    return {message_id: message}


print(warn("missing-doc", "a"), warn("empty-doc", "b"), report("long-line", Message("c")))
