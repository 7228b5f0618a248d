"""Runs a command on a pseudo-terminal: terminal.py ROWSxCOLUMNS PROMPT KEYS COMMAND...

Presses one of KEYS each time PROMPT is shown and hangs up when there is none left; U+E000 among them makes the terminal
half as large. Prints what was on the screen, and exits as the command did. The last line of its errors holds the waits
between a key and the next prompt, in milliseconds."""

import fcntl
import os
import pty
import struct
import sys
import termios
import time

size, prompt, keys, command = sys.argv[1], sys.argv[2].encode(), list(sys.argv[3]), sys.argv[4:]
rows, columns = map(int, size.split("x"))
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execv(command[0], command)
screen, answered, pressed, waits = b"", 0, None, []
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    screen += read.replace(b"\r\n", b"\n")
    if not keys and screen.count(prompt) > answered:
        break
    while keys and screen.count(prompt) > answered:
        now = time.monotonic()
        if pressed is not None:
            waits.append(now - pressed)
        answered += 1
        pressed = time.monotonic()
        key = keys.pop(0)
        if key == "\ue000":
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows // 2, columns // 2, 0, 0))
        else:
            os.write(terminal, key.encode())
if not termios.tcgetattr(terminal)[3] & termios.ECHO:
    print("the terminal does not show what is typed", file=sys.stderr)
os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(screen)
sys.stdout.flush()
print(" ".join(f"{wait * 1000:.1f}" for wait in waits), file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
