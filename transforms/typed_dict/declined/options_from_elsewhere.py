# Options that are made nowhere in sight hold what a command line or a file says.
def connect(options):
    return (options["host"], options["port"] + 1, options["retries"] * 2)


def describe(options):
    return options["host"].upper() + ":" + options["name"].lower()


def limit(options):
    return options["retries"] - options["port"]
