# The nodes of a document are asked for attributes and for keys: they are objects.
def visit_image(node):
    print(node.parent, node["uri"], node["alt"])


def visit_link(node):
    print(node.children, node["uri"])
