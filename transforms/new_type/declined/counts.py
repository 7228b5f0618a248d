# A count, an index, a port and a status are numbers, not names of anything.
class Server:
    def __init__(self, port):
        self.port = port


def listen(port, count, index, status_code):
    return Server(port), count, index, status_code


print(listen(80, 2, 0, 200))
