"""What runs in processes that tests start (`fresh_process.py`): these have Python and what is beside the package, no
test tools."""

import os
import signal
import sys
from select import select

from scanner.machine.fresh_process import start_process
from scanner.machine.started_process import socket_of


def stops_itself(_descriptor: int) -> None:
    """Before it could import or do anything; it ends once it is told to go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def starts_one_that_stops_itself(descriptor: int) -> None:
    """And waits for its own end."""
    start_process(stops_itself.__module__, stops_itself.__name__)
    select([socket_of(descriptor)], [], [])


def starts_one_that_never_gets_so_far(descriptor: int) -> None:
    """The same, but that one is stopped while its interpreter starts: in its place there is $STOPS_ITSELF, a program.
    The session is a new one: in it is nobody who would look after that one later."""
    os.setsid()
    sys.executable = os.environ["STOPS_ITSELF"]
    starts_one_that_stops_itself(descriptor)
