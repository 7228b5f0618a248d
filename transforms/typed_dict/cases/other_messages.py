"""What is asked for a text that no display has under its tag is another message that goes by the same name."""


def new_event(name, user):
    event = {"type": "transaction", "name": name, "user": user, "status": "ok"}
    return event


def new_check(name):
    return send({"type": "check_in", "name": name, "user": "cron", "status": "failed"})


def send(event):
    print(event["name"], event["user"], event["status"])
    return event


class Server:
    def on_message(self, event):
        if event.get("type") == "http.response.start" and event["status"] >= 400:
            print("failed")


send(new_event("load", "ann"))
