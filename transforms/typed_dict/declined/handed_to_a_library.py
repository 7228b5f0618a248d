# Literals that only a library reads.
import json


def ping():
    return json.dumps({"kind": "ping", "version": 1, "strict": True})
