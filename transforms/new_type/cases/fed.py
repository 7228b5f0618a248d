# What only gets ids holds ids, whatever it is called.
class Task:
    def __init__(self, id, title: str) -> None:
        self.id = id
        self.title = title


class Board:
    def __init__(self) -> None:
        self.tasks: dict[int, Task] = {}

    def add(self, title: str):
        number = len(self.tasks)
        self.tasks[number] = Task(number, title)
        return number

    def show(self, task_id):
        print(self.tasks[task_id].title)

    def remove(self, task_id):
        del self.tasks[task_id]


class Reader:
    def __init__(self, board: Board, task) -> None:
        self.board = board
        self.task = task

    def close(self) -> None:
        self.board.remove(self.task)


def read(board: Board) -> Reader:
    task_id = board.add("read")
    first = board.add("first")
    board.show(first)
    return Reader(board, task_id)


read(Board()).close()
