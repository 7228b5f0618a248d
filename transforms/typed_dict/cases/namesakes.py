"""Functions that nobody calls in sight show a few keys each: together they know the record."""


def add_tags(event, tags):
    event["tags"].update(tags)
    event["level"] = event["level"].lower()
    return event


def describe(event):
    return event["level"].upper() + ": " + event["message"].strip()


def is_fatal(event):
    return event["level"] == "fatal"
