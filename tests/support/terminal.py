"""Runs a command on a pseudo-terminal: terminal.py PROMPT KEYS COMMAND...

Presses one of KEYS each time PROMPT is shown, prints what was on the screen, and exits as the command did."""

import os
import pty
import sys

prompt, keys, command = sys.argv[1].encode(), list(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)
screen, answered = b"", 0
while True:
    try:
        read = os.read(terminal, 4096)
    except OSError:
        break
    if not read:
        break
    screen += read
    while keys and screen.count(prompt) > answered:
        answered += 1
        os.write(terminal, keys.pop(0).encode())
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(screen.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(status))
