# What is only called is a `Callable`.
def twice(action):
    action()
    action()


twice(print)
twice(lambda: None)
