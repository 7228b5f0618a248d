# Nothing in sight makes it, and only one of its two keys can be told.
def on_play(status, player):
    player.play(status["song"])
    return int(status["time"])


def on_pause(status):
    return int(status["time"])
