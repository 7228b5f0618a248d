# target: 3.8
# Before 3.11 `NotRequired` is not in `typing`, before 3.9 a list cannot be subscripted.
def new_page(title, links):
    page = {"title": title, "links": links}
    if not links:
        page["empty"] = True
    return page


def show(page):
    return page["title"] + ", ".join(page["links"])


print(show(new_page("a", ["b"])))
