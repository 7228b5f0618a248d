"""Opens a page in a headless browser: browser.py BROWSER URL, with a list of steps as JSON on stdin.

A step is {"eval": EXPRESSION}, {"click": SELECTOR} with a real mouse, or {"key": NAME}. Prints the values of the
expressions as a JSON list. The browser speaks over a pipe, so no port is opened."""

import fcntl
import json
import os
import subprocess
import sys
import tempfile

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
    "--window-size=1280,900", "about:blank",
]
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "ArrowRight": (39, ""), "ArrowDown": (40, ""), "Tab": (9, "")}


class Browser:
    def __init__(self, program, profile):
        theirs_in, self.out = os.pipe()
        self.inp, theirs_out = os.pipe()
        # Above 3 and 4, which the browser expects them to be.
        theirs_in, theirs_out = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs_in, theirs_out))

        def place():
            os.dup2(theirs_in, 3)
            os.dup2(theirs_out, 4)

        command = [program, f"--user-data-dir={profile}", *FLAGS]
        self.process = subprocess.Popen(
            command, preexec_fn=place, pass_fds=(3, 4), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.number, self.buffer, self.session = 0, b"", None

    def read(self):
        while b"\0" not in self.buffer:
            chunk = os.read(self.inp, 65536)
            if not chunk:
                sys.exit("the browser went away")
            self.buffer += chunk
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, until=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        answer, seen = None, until is None
        while answer is None or not seen:
            message = self.read()
            if message.get("id") == self.number:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                answer = message["result"]
            seen = seen or message.get("method") == until
        return answer

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            sys.exit(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")


def main():
    program, url = sys.argv[1:]
    steps, values = json.load(sys.stdin), []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.call("Page.enable")
        browser.call("Page.navigate", until="Page.loadEventFired", url=url)
        for step in steps:
            if "eval" in step:
                values.append(browser.evaluate(step["eval"]))
            elif "click" in step:
                x, y = browser.evaluate(
                    f"(() => {{ const b = document.querySelector({json.dumps(step['click'])}).getBoundingClientRect();"
                    " return [b.x + b.width / 2, b.y + Math.min(b.height / 2, 12)]; })()"
                )
                for kind in ("mousePressed", "mouseReleased"):
                    browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
            else:
                code, text = KEYS[step["key"]]
                for kind in ("keyDown", "keyUp"):
                    browser.call(
                        "Input.dispatchKeyEvent", type=kind, key=step["key"], text=text if kind == "keyDown" else "",
                        windowsVirtualKeyCode=code,
                    )
        browser.session = None
        browser.call("Browser.close")
        browser.process.wait(timeout=30)
    json.dump(values, sys.stdout)


main()
