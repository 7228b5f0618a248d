# Values flow from call sites, defaults and bodies; a default alone loses to callers.
def scale(values, factor=1, label=None):
    if label is None:
        return [value * factor for value in values]
    print(label.upper())
    return [value * factor for value in values]


def middle(values):
    if not values:
        return None
    return values[len(values) // 2]


print(scale([1.5, 2.5], 0.5), scale([1.0], factor=2, label="once"))
print(middle([3, 4, 5]))
