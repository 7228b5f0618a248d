# What is cleared and filled again under computed keys has no fixed fields.
def reset(v, axes):
    v.clear()
    for axis in axes:
        v[axis] = 0.0
    return v["x"]


print(reset({"x": 1.0, "y": 2.0}, "xy"))
