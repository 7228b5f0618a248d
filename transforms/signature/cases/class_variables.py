class Plugin:
    name = "plugin"
    registry = dict(plugin=None)
    order = 0
    options = ("plain", "x")

    @classmethod
    def register(cls, plugin):
        cls.registry[plugin.name] = plugin
        cls.order += 1
        return plugin

    def title(self):
        return self.name.title()

    def __new__(cls, *args):
        made = object.__new__(cls)
        return made


@Plugin.register
class Html(Plugin):
    name = "html"
    options = ("strict", "loose")

    def __init__(self, text):
        self.text = text

    def run(self):
        return "<p>%s</p>" % self.text


class Node:
    def __init__(self):
        self.attributes = {}
        self.flags = {}
        self.attributes['x'] = 'y'

    def flag(self, key):
        self.flags[key] = 1


class Element(Node):
    def __init__(self):
        self.flags = {}

    def _get(self):
        return {"a": "b"}

    attributes = property(_get)


def find(name):
    return Plugin.registry.get(name)


print(find("html"), Html("x").title(), Html("y").run(), [option.upper() for option in Html("z").options])
Element().flag("x")
