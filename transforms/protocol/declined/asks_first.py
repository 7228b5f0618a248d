# The function asks first whether the members are there: none of them is certain.
def show(options):
    if hasattr(options, "width"):
        print(options.width + 1, options.height + 2)


def limits(spider):
    try:
        print(spider.maximum + 1, spider.minimum + 1)
    except AttributeError:
        pass
