def branch(name, children):
    return {"name": name, "children": children, "note": name.upper()}


def grown(name, children, note):
    if note:
        return {"name": name, "children": children, "note": note}
    return {"name": name, "children": children}


def leaf(name):
    return {"name": name, "children": []}


def depth(node):
    return 1 + max([depth(child) for child in node["children"]], default=0)


def shout(twig):
    return twig["name"].upper(), len(twig["children"])


print(depth(grown("root", [branch("a", [])], "")))
print(depth(branch("b", [])))
print(shout(leaf("x")), shout(leaf("y")))
