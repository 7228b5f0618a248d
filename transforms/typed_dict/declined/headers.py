# Some keys are constants, but the dict is also walked over and added to under any name: a mapping.
def prepare(headers, extra):
    for name, value in extra.items():
        headers[name] = value
    headers["Content-Type"] = "text/plain"
    return sorted(headers)


print(prepare({"Host": "a"}, {"Accept": "b"}))
