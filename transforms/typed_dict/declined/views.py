# A view of a configuration: what is read from it has a `get` of its own, which wants no key.
class Source:
    def __init__(self, config):
        self.config = config

    def is_available(self):
        return bool(self.config["api_key"].get()) and bool(self.config["engine"].get())

    def describe(self):
        return self.config["api_key"].get(), self.config["engine"].get()


def available(config):
    config["api_key"].redact = True
    return bool(config["api_key"].get())


def engine(config):
    return config["engine"].get()
