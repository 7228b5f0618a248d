class Task:
    def __init__(self, id, title: str) -> None:
        self.id = id
        self.title = title


class Board:
    def __init__(self) -> None:
        self.tasks: dict[int, Task] = {}

    def add(self, title: str) -> int:
        number = len(self.tasks)
        self.tasks[number] = Task(number, title)
        return number

    def show(self, task_id):
        print(self.tasks[task_id].title)

    def track(self, title: str, task_id=None):
        if task_id is None:
            task_id = self.add(title)
        self.show(task_id)


board = Board()
board.show(board.add("write"))
