# As the base of a class with methods, and with a docstring that is assigned later.
from collections import namedtuple


class Money(namedtuple("Money", "amount currency")):
    """So much of some currency."""

    def doubled(self):
        return self._replace(amount=self.amount * 2)


Range = namedtuple("Range", "low high")
Range.__doc__ = "From low up to high."

print(Money(2.5, "EUR").doubled(), Range(1, 3))
