# The keywords belong to the function that takes them, not to a record of ours.
def connect(host, port=80, **options):
    options["timeout"] = 3
    return dict(host=host, port=port, **options)


print(connect("a", retries=2))
