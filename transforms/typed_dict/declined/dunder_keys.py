# Keys that begin with two underscores are copied from an object, not made up for a record.
def backup(function):
    return {"__name__": function.__name__, "__doc__": function.__doc__}


def restore(function, saved):
    function.__name__ = saved["__name__"]
    function.__doc__ = saved["__doc__"]


def wrap(function, other):
    restore(other, backup(function))
