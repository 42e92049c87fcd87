"""The names that a system has for the open files of this very process: `/dev/fd/3`, `/dev/stdout`, `/proc/self/fd/3`.

Only names and what they lead to; whether something is written there is for the caller to say (`reports/outlets/`).
"""

import os
import re
import socket

_OWN_DESCRIPTOR = re.compile(r"/dev/(?:fd/(\d+)|(stdout|stderr))|/proc/self/fd/(\d+)")


def own_descriptor(path: str) -> int | None:
    """The descriptor of this process that `path` names ("-", /dev/stdout, /dev/fd/3), or None.

    Opening such a path anew would truncate a file that the shell has redirected to.
    """
    if path == "-":
        return 1
    if os.name == "nt" or (match := _OWN_DESCRIPTOR.fullmatch(path)) is None:
        return None
    number = match[1] or match[3]
    return int(number) if number else {"stdout": 1, "stderr": 2}[match[2]]


def opened_anew(descriptor: int) -> int:
    """An open file of our own, not blocking, to what a descriptor leads to; -1 where there is no such way.

    Linux: opening /proc/self/fd/N makes a new open file (proc_pid_fd(5)), whose flags nobody else shares.
    """
    path = f"/proc/self/fd/{descriptor}"
    if not hasattr(os, "O_NOCTTY") or not os.path.islink(path):
        return -1
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # another user's terminal (su), a pipe of another namespace
        return -1


def socket_of(descriptor: int) -> socket.socket:
    """The socket that a descriptor leads to, through a descriptor of its own, so that either may be closed."""
    return socket.socket(fileno=os.dup(descriptor))
