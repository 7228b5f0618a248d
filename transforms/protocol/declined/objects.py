# What is asked of has members of its own: an object of some library, not a handful of values.
def index(request):
    print(request.path, request.query.get("page"))


def reader(blob):
    return blob.updated.timetuple(), blob.size
