# What the parameter is bound to anew need not be an id.
class Task:
    def __init__(self, id) -> None:
        self.id = id


def show(tasks: list[Task], task_id):
    task_id = max(tasks)
    print(task_id)


def find(tasks: list[Task], task_id):
    return [task for task in tasks if task.id == task_id]


show([], 7)
find([Task(7)], 7)
