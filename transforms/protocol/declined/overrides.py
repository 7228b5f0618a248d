# Each subclass has a class of its own in mind.
class Extractor:
    def size(self, file):
        raise NotImplementedError


class Flask(Extractor):
    def size(self, file):
        return file.content_length + 1 if file.seen else 0


class Pyramid(Extractor):
    def size(self, file):
        return file.length + 1 if file.known else 0
