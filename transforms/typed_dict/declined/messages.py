# What many places build, told apart by a constant, are many records and not one of optional keys.
def started(status, headers):
    return {"type": "response.start", "status": status, "headers": headers}


def body(data):
    return {"type": "response.body", "body": data}


def closed(code):
    return {"type": "socket.close", "code": code}


def received(text):
    return {"type": "socket.receive", "text": text}


def accepted(protocol):
    return {"type": "socket.accept", "protocol": protocol}


def connected():
    return {"type": "socket.connect", "path": "/"}


def lost(reason):
    return {"type": "socket.disconnect", "reason": reason}


def begun(state):
    return {"type": "lifespan.startup", "state": state}


def ended(message):
    return {"type": "lifespan.shutdown", "message": message}


def pushed(path):
    return {"type": "response.push", "path": path}


def send(message):
    if message["type"] == "response.start":
        print(message["status"], message["headers"])
    else:
        print(message)


def run():
    for message in [started(200, []), body(b""), closed(1), received("a"), accepted("b"), connected()]:
        send(message)
    for message in [lost("c"), begun({}), ended("d"), pushed("/")]:
        send(message)
