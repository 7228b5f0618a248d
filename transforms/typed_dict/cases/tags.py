"""A constant text says which part it is; how a part is called can be anything."""


def text_part(content):
    return {"type": "text", "status": "new", "content": content}


def image_part(content, is_new):
    return {"type": "image", "status": "new" if is_new else "old", "content": content}


def finish(part):
    part["status"] = part["status"].upper()


def show(part):
    if part["type"] == "file":
        return part["content"]
    finish(part)
    return part["type"] + part["status"] + part["content"]


def main():
    print(show(text_part("a")), show(image_part("b", True)))
