# A `NamedTuple` class must not define `__slots__`.
from collections import namedtuple


class Money(namedtuple("Money", "amount currency")):
    __slots__ = ()

    def doubled(self):
        return self._replace(amount=self.amount * 2)


print(Money(2.5, "EUR").doubled())
