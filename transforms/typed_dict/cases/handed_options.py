"""`**kwargs` that a function hands on to another one of the repository, whose parameters say what it may hold."""


def rename(kind, store, names, prefix, suffix, force, limit=0):
    for name in names[:limit]:
        if force or name not in store:
            store[prefix + name + suffix] = kind


def rename_albums(store, **kwargs):
    rename("album", store, sorted(store), **kwargs)


def rename_items(store, **kwargs):
    rename("item", store, [name for name in store if name], **kwargs)


def toc(page, collapse, depth=1, hidden=False):
    return page * depth if collapse and not hidden else page


def local_toc(page, **options):
    if "hidden" not in options:
        options["hidden"] = False
    if options.get("depth") == 0:
        options["depth"] = 3
    return toc(page, True, **options)


def main(store):
    rename_albums(store, prefix="a-", suffix="", force=True, limit=3)
    rename_items(store, prefix="i-", suffix="_", force=False)
    return local_toc("p", depth=2)
