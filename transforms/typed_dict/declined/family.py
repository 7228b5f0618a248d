# What the methods of one family return has little in common: no class says it.


class Item:
    def to_dict(self):
        raise NotImplementedError


class Article(Item):
    def to_dict(self):
        return {
            "title": 1,
            "author": 'author',
            "body": 3,
            "words": 'words',
        }


class Video(Item):
    def to_dict(self):
        return {
            "url": 1,
            "length": 'length',
            "codec": 3,
            "bitrate": 'bitrate',
        }


class Poll(Item):
    def to_dict(self):
        return {
            "question": 1,
            "answers": 'answers',
            "votes": 3,
            "closes": 'closes',
        }


class Event(Item):
    def to_dict(self):
        return {
            "place": 1,
            "start": 'start',
            "end": 3,
            "guests": 'guests',
        }
