"""A target on its way to a verdict, and the socket it is tried on: the engine's two small records."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scanner.engine.verdict import Verdict
from scanner.model import Endpoint

if TYPE_CHECKING:
    from scanner.engine.evidence import Cohort, Era
    from scanner.engine.paths import Path

_IPV6 = int(socket.AF_INET6)


class Trial:
    """One endpoint until it is judged: its attempts, their sockets, and what was known when each left.

    `patience`: how long (seconds) the present attempt waits; `timeout`: how long the last one must.
    `slots`: every socket still waiting for this endpoint's answer, the newest last. `sentinel`: a known
    responder asked once more, to measure the path; it has no row in any report. `full`: the present
    attempt waits the whole timeout, so its silence may become the verdict. `answered`: the attempt that was
    answered, 1 for the first.
    """

    # Most trials are answered at their first attempt and never touch these: they live here, not in each instance.
    attempts = 0
    answered = 1
    slots: "tuple[Slot, ...]" = ()
    sentinel = False
    full = True
    cohort: "Cohort | None" = None
    eras: "list[Era] | None" = None
    verdict: Verdict | None = None
    rtt_ms: float | None = None
    lost_syns = 0

    def __init__(self, endpoint: Endpoint, path: "Path") -> None:
        place = endpoint.place
        self.endpoint = endpoint
        self.path = path
        self.address: tuple[Any, ...] = (
            (place.numeric, endpoint.port) if place.family != _IPV6 else (place.numeric, endpoint.port, 0, place.scope)
        )
        requests = endpoint.requests
        if len(requests) == 1:
            request = requests[0]
            self.timeout = request.timeout
            self.retries = request.retries
        else:
            self.timeout = max(request.timeout for request in requests)
            self.retries = max(request.retries for request in requests)
        patience = path.patience
        if patience is None or patience >= self.timeout or not self.retries:
            self.patience = self.timeout
        else:
            self.patience = patience
            self.full = False


class Slot:
    """A socket, and the trial it is in flight for (None while it waits to be used again).

    `sent` is when its connect() was called, `lane` the deadlines it stands in; `attempt` says which of the
    trial's attempts it carries. `home` is where it waits to be used again. `option` and `connect` are the socket's
    own methods, bound once; `flag` shows whether its error queue holds something (kernel.py).
    """

    __slots__ = ("attempt", "connect", "fd", "flag", "home", "lane", "option", "sent", "sock", "trial")

    def __init__(self, sock: Any, home: "list[Slot]", flag: Callable[[int], list[tuple[int, int]]] | None) -> None:
        self.sock = sock
        self.fd: int = sock.fileno()
        self.home = home
        self.flag = flag
        self.connect: Callable[[Any], int] = sock.connect_ex
        self.option: Callable[[int, int], int] = sock.getsockopt
        self.trial: Trial | None = None
        self.attempt = 0
        self.sent = 0.0
        self.lane: dict[Slot, float] | None = None
