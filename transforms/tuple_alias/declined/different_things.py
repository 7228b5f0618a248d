# Two pairs of text that have nothing in common but their type.
def login(credentials):
    user, password = credentials
    return user + password


def move(paths):
    source, target = paths
    return source + target


print(login(("ada", "secret")), move(("a.txt", "b.txt")))
