# Something that is added to is a number, whatever it is called.
class Page:
    pass


def next_page(page_id):
    return page_id + 1


def show(page_id):
    return next_page(page_id)


print(show(1), show(2))
