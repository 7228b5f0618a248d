# A constant is called after its value, not after what it says here.
GONE = 410


def check(url: str):
    code = len(url)
    return GONE, url.upper(), code


print(check("a"))
