# Whoever asks for an attribute expects something else than a dict.
def update(metadata, part):
    artist = metadata.get("artist") or ""
    metadata["artist"] = artist.strip()
    metadata["title"] = part + (metadata.get("title") or "")


def move(item):
    artist = (item.get("artist") or "").strip()
    if hasattr(item, "filepath"):
        print(item.filepath)
    if artist:
        update(item, artist)
