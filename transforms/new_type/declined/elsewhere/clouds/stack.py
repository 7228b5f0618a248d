# Another package has ids of the same name, of which no value is in sight.
class Stack:
    def __init__(self, row):
        self.stack_id = str(row[0])
