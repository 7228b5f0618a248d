# One attribute that a class of the repository has: that class may be meant.
class Server:
    def __init__(self, debug: bool) -> None:
        self.debug = debug


def serve(opts):
    if opts.debug:
        print("debug")
