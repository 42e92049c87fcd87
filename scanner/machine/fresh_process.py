"""A fresh interpreter that has a socket to this process, and nothing else of it.

It is started, not forked: a fork would have this process's locks, open reports and whatever its threads were about. So
it has no file but that socket and a pipe that takes its last words (stderr; the other standard streams lead nowhere),
and when this process is gone, however that came about, the socket says so. Only what comes with Python and this package
can be imported there: neither the working directory nor PYTHONPATH has a say. Python's own modules come first, as they
do here: beside this package may lie an `enum.py` of long ago. What it does first of all is
`started_process.py`.

It begins in a process group of its own: should it be stopped (SIGSTOP) before it can do anything, and this process be
killed, the system lets it go on, for nobody else would.
"""

import errno
import os
import signal
import socket
import sys
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scanner.errors import ScannerError
from scanner.machine.started_process import ENDINGS

if TYPE_CHECKING:
    import subprocess

_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from scanner.machine.started_process import ends_with; "
    "ends_with(int(sys.argv[2])); from {module} import {function}; {function}(int(sys.argv[3]))"
)


def can_start() -> bool:
    """Whether such processes can be here. (Python may be part of another program; Windows hands on no socket.)"""
    return bool(sys.executable) and hasattr(signal, "pthread_sigmask") and hasattr(socket, "AF_UNIX")


class FreshProcess(NamedTuple):
    """A process, our end of the socket to it, and what it says on stderr: 64 KiB at most, for nobody reads that before
    its end, and it waits for nobody."""

    process: "subprocess.Popen[bytes]"
    socket: socket.socket
    stderr: FileIO

    def last_line(self) -> str:
        """Of its last words the line that tells most, as it was written: of a traceback the error. Maybe empty."""
        text = (self.stderr.read() or b"").decode(errors="replace")
        lines = [line for line in text.splitlines() if line.strip()]
        telling = [line for line in lines if ": " in line and not line[0].isspace()]
        return (telling or lines or [""])[-1].strip()


def start_process(module: str, function: str) -> FreshProcess:
    """A process that calls this function with the descriptor of its socket.

    Errors: ScannerError."""
    import subprocess  # the process that is started needs none

    with ExitStack() as not_started, ExitStack() as its_own:
        try:
            ours, theirs = socket_pair()
            not_started.callback(ours.close)
            its_own.callback(theirs.close)
            read, written = os.pipe()
            not_started.callback(os.close, read)
            its_own.callback(os.close, written)
            os.set_blocking(read, False)
            os.set_blocking(written, False)
            before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
            its_own.callback(signal.pthread_sigmask, signal.SIG_SETMASK, before)
            process = subprocess.Popen(
                [*_command(module, function), str(os.getpid()), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=written,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )
        except OSError as error:
            raise _cannot_start(error) from None
        not_started.pop_all()
    return FreshProcess(process, ours, FileIO(read))


def _command(module: str, function: str) -> list[str]:
    flags = ["-I", "-S", *(["-B"] if sys.dont_write_bytecode else [])]
    root = str(Path(__file__).parents[2])
    return [sys.executable, *flags, "-c", _PROGRAM.format(module=module, function=function), root]


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
