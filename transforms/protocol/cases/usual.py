# What is called `opts` is the options of a command, also where a class has the one attribute that is read.
class Server:
    def __init__(self, debug: bool) -> None:
        self.debug = debug


def list_command(opts):
    if opts.album:
        print("albums")
    if opts.limit > 0:
        print("some")


def move_command(opts):
    if opts.copy:
        print("copy")
    if opts.pretend:
        print("not really")


def write_command(opts):
    if opts.force:
        print("force")
    if opts.quiet:
        print("quiet")


def serve_command(opts):
    if opts.debug:
        print("debug")
