def unit():
    return {"x": 1.0, "y": 0.0}


def diagonal(length):
    d = {}
    d["x"] = length
    d["y"] = length
    return d
