#!/usr/bin/python3
"""Runs a command to which the kernel refuses some system calls, as a sandbox does.

  deny_calls.py ERRNO NUMBER,NUMBER,... COMMAND [ARG...]

The numbers are those of this machine's architecture.
"""
import ctypes, os, struct, sys

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, FILTER = 22, 38, 2
LOAD_NUMBER, SKIP_UNLESS, RETURN = 0x20, 0x15, 0x06
ALLOW, ANSWER = 0x7FFF0000, 0x00050000

errno, numbers, command = int(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:]
program = [(LOAD_NUMBER, 0, 0, 0)]
for number in numbers:
    program += [(SKIP_UNLESS, 0, 1, int(number)), (RETURN, 0, 0, ANSWER | errno)]
program.append((RETURN, 0, 0, ALLOW))
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
rules = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, FILTER, rules, 0, 0)):
    if libc.prctl(*call) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
os.execvp(command[0], command)
