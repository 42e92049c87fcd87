"""A fresh interpreter that has a socket to this process, and nothing else of it.

It is started, not forked: a fork would have this process's locks, open reports and whatever its threads were about. So
it has no file but that socket (its standard streams lead nowhere), and when this process is gone, however that came
about, the socket says so. One that is stopped (SIGSTOP, Ctrl-Z) would not hear that, so the kernel lets it go on then
(`wakes_as_an_orphan`). Only what comes with Python and this package can be imported there: neither the working
directory nor PYTHONPATH has a say.

Ctrl-C goes to a terminal's whole process group, and service managers send SIGTERM to a whole group: what becomes of
them decides this process alone. So they are blocked where the other one starts, until it ignores them
(`ignore_signals`).
"""

import contextlib
import errno
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.errors import ScannerError

if TYPE_CHECKING:
    import subprocess

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
_ENDINGS = [number for name in _NAMES if (number := getattr(signal, name, None)) is not None]
_PR_SET_PDEATHSIG = 1  # prctl(2)
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from {module} import {function}; {function}(int(sys.argv[2]))"


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
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        process = subprocess.Popen(
            [sys.executable, *flags, "-c", program, root, str(theirs.fileno())],
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


def socket_of(descriptor: int) -> socket.socket:
    """That end of a socket, in the process that was started: by a low number, which any poller can wait for, and closed
    in whatever this process may start itself."""
    sock = socket.socket(fileno=os.dup(descriptor))
    os.close(descriptor)
    return sock


def ignore_signals() -> None:
    """In the process that was started: who started it decides when it ends."""
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)


def wakes_as_an_orphan() -> None:
    """In the process that was started: once who started it is gone, it goes on if it is stopped, and so can end.

    Linux only. The kernel takes the end of the *thread* that started it for that; to be told to go on harms nobody who
    is not stopped. Who is gone by now already, the socket tells of.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(ImportError, OSError, AttributeError):  # Python may lack ctypes, and that a C library
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGCONT, 0, 0, 0)
