"""A loop over keys that are written in place stores under each of them."""


def prepare(event, options):
    if event["level"] == "debug":
        event["message"] = event["message"].lower()
    for key in "release", "environment":
        event[key] = str(options[key]).strip()
    return event


def show(event):
    return event["message"] + event["release"]


def send(options):
    event = {"message": "started", "level": "info"}
    show(prepare(event, options))
