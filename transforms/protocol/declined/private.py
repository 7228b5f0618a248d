# What is private is for one class, however many have it.
class App:
    _level = 1


class Fake:
    _level = 2


def setup(app):
    print(app._level)


setup(App())
setup(Fake())
