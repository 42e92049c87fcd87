"""Whether a socket's error queue holds something, asked for a fifth of a microsecond.

A poll(2) of one descriptor with an empty mask answers HUP after a RST, and HUP | ERR while the error queue holds
something. Where that is lacking, every queue may hold something (`maybe`) and is read.
"""

import select
import socket
from collections.abc import Callable

from scanner.machine import lacking
from scanner.machine.events import ERR, Event

#: Takes a timeout of 0, answers as poll(2) does of one descriptor.
Flag = Callable[[int], list[Event]]


def maybe(timeout: int) -> list[Event]:
    """In place of a poll: the error queue may hold something."""
    return [(0, ERR)]


def flag_of(fd: int, family: int, lacks: lacking.Lacks, *, reads_queue: bool) -> Flag | None:
    """A poll of this one descriptor that shows ERR while its error queue holds something; `maybe` where that cannot be
    told; None where nobody could tell an ICMP error from a RST."""
    queues = family != socket.AF_INET6 or lacks.has(lacking.ICMP_ERRORS6)  # IPv4 does without being asked to
    if queues and lacks.has(lacking.POLL_ONE):
        poller = select.poll()
        poller.register(fd, 0)
        if lacks.known(lacking.POLL_ONE) or _polls(poller.poll, lacks):
            return poller.poll
    if (queues and reads_queue) or lacks.has(lacking.TCP_INFO):
        return maybe
    lacks.failed(lacking.REJECTS, "neither an error queue nor TCP_INFO")
    return None


def _polls(poll: Flag, lacks: lacking.Lacks) -> bool:
    """The first time of all."""
    try:
        poll(0)
    except OSError as why:
        lacks.failed(lacking.POLL_ONE, why)
        return False
    lacks.worked(lacking.POLL_ONE)
    return True
