# `**options` of unknown keys makes the display open.
import json


def request(text):
    options = json.loads(text)
    made = {"url": "/", "method": "GET", **options}
    return made["url"], made["method"]
