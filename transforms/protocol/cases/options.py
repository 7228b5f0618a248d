# The options of a command line come from elsewhere; what each command reads of them is what it asks for.
def show(lib, options, args):
    for line in lib:
        if options.verbose or options.album:
            print(line, args)
    move_all(lib, options)


def move_all(lib, options):
    for line in lib:
        print(line.rjust(options.width + 2))


def check(lib, opts=None):
    if opts and opts.quick and opts.strict:
        print(lib)


COMMANDS = {"show": show, "check": check}
