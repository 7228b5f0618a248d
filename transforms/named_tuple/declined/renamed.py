# With `rename=True` the fields are not called what is written.
from collections import namedtuple

Row = namedtuple("Row", "id def", rename=True)
print(Row(1, 2))
