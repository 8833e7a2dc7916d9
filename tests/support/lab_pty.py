#!/usr/bin/python3
"""Types at a program that has a real terminal; lab_pty.ts uses it.

  lab_pty.py STEPS COMMAND [ARG...]

STEPS is JSON: a list of [what to wait for, what to type then]; the last wait is for the end.
Prints JSON: {"status": …, "screen": …, "seen": [whether each was seen]}.
"""
import json, os, pty, select, signal, sys, time

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, master = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
screen, seen, status, mark = "", [], None, 0
deadline = time.time() + 20


def read(until):
    """Reads until the condition holds or nothing can come any more."""
    global screen
    while time.time() < deadline and not until():
        if not select.select([master], [], [], 0.1)[0]:
            continue
        try:
            data = os.read(master, 65536)
        except OSError:
            return
        if not data:
            return
        screen += data.decode(errors="replace")


for wait, text in steps:
    read(lambda: wait in screen[mark:])
    seen.append(wait in screen[mark:])
    mark = screen.find(wait, mark) + len(wait) if seen[-1] else len(screen)
    time.sleep(0.05)  # nobody types at once
    os.write(master, text.encode())
read(lambda: False)
try:
    while time.time() < deadline + 2:
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            status = os.waitstatus_to_exitcode(code)
            break
        time.sleep(0.02)
    else:
        os.kill(pid, signal.SIGKILL)
finally:
    print(json.dumps({"status": status, "screen": screen, "seen": seen}))
