# Annotations are read when the program runs, so a comment that becomes one changes what the program does.
from typeguard import typechecked


@typechecked
def check(size):
    # type: (int) -> int
    return size
