# Three texts that nobody reads by key: `dict[str, str]` says as much.
import json


def credentials(user, secret):
    return {"username": f"{user}", "password": f"{secret}", "realm": "main"}


def login(user, secret):
    return json.dumps(credentials(user, secret))
