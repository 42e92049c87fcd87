"""What runs in processes that tests start (`fresh_process.py`): these have Python and what is beside the package, no
test tools."""

import os
import signal
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
