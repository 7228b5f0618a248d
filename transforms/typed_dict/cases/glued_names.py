"""Words that are glued together are told apart, and an element is called after what it is, not what holds it."""


class Builder:
    def __init__(self):
        self.refnodes = []
        self.documents_batch = []

    def add(self, title, target, depth):
        self.refnodes.append({"title": str(title), "target": str(target), "depth": depth + 1})

    def store(self, text):
        self.documents_batch.append({"body": str(text), "size": len(text)})

    def lines(self):
        return [ref["title"] + ref["target"] for ref in self.refnodes if ref["depth"] > 1]

    def total(self):
        return sum(document["size"] + len(document["body"]) for document in self.documents_batch)
