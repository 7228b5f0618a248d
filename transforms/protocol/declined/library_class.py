# A class of an imported module has all that is asked for: that one is meant.
import threading


def hook(args):
    print(args.exc_type, args.exc_value, args.exc_traceback)


threading.excepthook = hook
