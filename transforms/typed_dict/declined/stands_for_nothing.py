# The empty dict only stands for a request that is missing: nobody makes one, and one function reads it.
def handle(request):
    if not request:
        request = {}
    return url_of(request)


def url_of(request):
    return request.get("scheme", "https") + request.get("host", "localhost") + request.get("path", "/")
