# Nine places where a plain number enters: a refactoring nobody asked for.
class User:
    def __init__(self, name):
        self.name = name


def load(user_id):
    return User(str(user_id))


def show(user_id):
    print(load(user_id).name)


load(1), load(2), load(3), load(4), load(5)
show(1), show(2), show(3), show(4)
