class Temperature:
    def __init__(self, celsius=0):
        self.celsius = celsius

    @property
    def celsius(self):
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        self._celsius = float(value)

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9

    @property
    def label(self):
        return self._label

    @label.setter
    def label(self, value):
        if isinstance(value, int):
            value = str(value)
        self._label = value

    def _get_unit(self):
        return "C"

    def _set_unit(self, unit):
        self._unit = unit

    unit = property(_get_unit, _set_unit)


class Base:
    @property
    def size(self):
        return None


class Sized(Base):
    @property
    def size(self):
        return 3


def use():
    t = Temperature("3")
    t.celsius = 5
    t.celsius = "7"
    t.fahrenheit = 100
    t.label = 3
    t.label = "x"
    print(t.label.upper(), t.unit.lower(), t.fahrenheit + 1)
    print(Sized().size + 1)


use()
