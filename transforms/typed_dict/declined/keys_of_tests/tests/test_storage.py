from ..storage import Cache, Memory

DOCUMENT = {"none": [None, None], "count": 42, "size": 3.14, "names": ["a", "b"]}


def test_memory():
    storage = Memory()
    storage.write(DOCUMENT)
    assert storage.read()["count"] == 42
    assert storage.read()["names"] == ["a", "b"]


def test_cache():
    cache = Cache(Memory())
    cache.write(DOCUMENT)
    assert cache.read()["count"] == 42
    assert cache.read()["size"] > 3
