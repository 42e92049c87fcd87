"""A fresh interpreter that has a socket to this process, and nothing else of it.

It is started, not forked: a fork would have this process's locks, open reports and whatever its threads were about. So
it has no file but that socket (its standard streams lead nowhere), and when this process is gone, however that came
about, the socket says so. Only what comes with Python and this package can be imported there: neither the working
directory nor PYTHONPATH has a say. What it does first of all is `started_process.py`.
"""

import errno
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.errors import ScannerError
from scanner.machine.started_process import ENDINGS

if TYPE_CHECKING:
    import subprocess

_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from scanner.machine.started_process import ends_with; "
    "ends_with(int(sys.argv[2])); from {module} import {function}; {function}(int(sys.argv[3]))"
)


def can_start() -> bool:
    """Whether such processes can be here. (Python may be part of another program; Windows hands on no socket.)"""
    return bool(sys.executable) and hasattr(signal, "pthread_sigmask") and hasattr(socket, "AF_UNIX")


def start_process(module: str, function: str) -> "tuple[subprocess.Popen[bytes], socket.socket]":
    """A process that calls this function with the descriptor of its socket, and our end of that.

    Errors: ScannerError."""
    import subprocess  # the process that is started needs none

    try:
        ours, theirs = socket_pair()
    except OSError as error:
        raise _cannot_start(error) from None
    root = str(Path(__file__).parents[2])
    flags = ["-I", "-S", *(["-B"] if sys.dont_write_bytecode else [])]
    program = _PROGRAM.format(module=module, function=function)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        process = subprocess.Popen(
            [sys.executable, *flags, "-c", program, root, str(os.getpid()), str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
        )
    except OSError as error:
        ours.close()
        raise _cannot_start(error) from None
    finally:
        theirs.close()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process, ours


def _cannot_start(error: OSError) -> ScannerError:
    remedy = "ask for fewer (--processes), or leave that out"
    if error.errno == errno.EMFILE:
        remedy = "allow more open files (ulimit -n), or ask for fewer processes (--processes)"
    elif error.errno == errno.EAGAIN:
        remedy = "allow more processes (ulimit -u), or ask for fewer (--processes)"
    return ScannerError(f"no further process can be started here: {error.strerror or error}; {remedy}")


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a line between two processes."""
    return socket.socketpair()
