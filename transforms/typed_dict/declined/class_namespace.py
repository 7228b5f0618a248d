# What a metaclass is given is the namespace of a class, which may bind anything.
def tasks_of(bases, namespace):
    tasks = []
    if "tasks" in namespace and namespace["tasks"]:
        tasks.extend(namespace["tasks"])
    return tasks


class TaskSetMeta(type):
    def __new__(cls, name, bases, namespace):
        if not namespace.get("abstract"):
            namespace["tasks"] = tasks_of(bases, namespace)
            namespace["label"] = namespace["tasks"] and name.upper()
        return type.__new__(cls, name, bases, namespace)


class UserMeta(type):
    def __new__(cls, name, bases, namespace):
        namespace["tasks"] = tasks_of(bases, namespace)
        if not namespace.get("abstract"):
            namespace["abstract"] = False
        return type.__new__(cls, name, bases, namespace)
