"""What a process does that `fresh_process.py` has started, before anything else and with next to nothing imported.

Who started it may be killed at any moment, also in the first. The socket between them tells of that, but not to one
that is stopped (SIGSTOP, Ctrl-Z): it would be left for good, with all that it has. So the kernel is asked to let it go
on then, before the imports of an engine, which take most of the time until it has begun. While the interpreter starts,
its process group does that: it is alone in one, and a group that nobody is left to look after is told to go on (POSIX).
After that it belongs to the group of who started it, so that Ctrl-Z stops both.

Ctrl-C goes to a terminal's whole process group, and service managers send SIGTERM to a whole group: what becomes of
this process decides alone who started it. So those signals were blocked from its first instruction on, until it
ignores them.
"""

import contextlib
import os
import signal
import sys

TYPE_CHECKING = False  # as in typing, which takes a while
if TYPE_CHECKING:
    import socket

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
#: What ends a process, as people and service managers use it.
ENDINGS = [number for name in _NAMES if (number := getattr(signal, name, None)) is not None]
_PR_SET_PDEATHSIG = 1  # prctl(2)


def ends_with(parent: int) -> None:
    """Once who started it, process `parent`, is gone, it goes on if it is stopped, and so can end; until then it is of
    its process group. If that is gone by now, it ends at once.

    Waking is of Linux only. The kernel takes the end of the *thread* that started it for that; to be told to go on
    harms nobody who is not stopped.
    """
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):  # Python may lack ctypes, and that a C library
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGCONT, 0, 0, 0)
    with contextlib.suppress(OSError):
        os.setpgid(0, os.getpgid(parent))
    if os.getppid() != parent:
        os._exit(0)


def ignore_signals() -> None:
    """Who started it decides when it ends."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def socket_of(descriptor: int) -> "socket.socket":
    """That end of a socket: by a low number, which any poller can wait for, and closed in whatever this process may
    start itself."""
    import socket  # not needed before

    sock = socket.socket(fileno=os.dup(descriptor))
    os.close(descriptor)
    return sock
