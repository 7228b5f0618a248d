# No class is called `Thing`: the name of the type would be made up.
def load(thing_id):
    return {1: "a"}[thing_id]


def show(thing_id):
    return load(thing_id)


print(show(1))
