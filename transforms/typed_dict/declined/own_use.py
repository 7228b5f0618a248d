# What a function makes for itself needs no name.
def page(title, body):
    parts = {"title": title.strip(), "body": body.strip(), "size": len(body)}
    return "{title} ({size})".format(**parts) + parts["body"]


print(page("A", "b"))
