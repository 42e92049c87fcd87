"""A target on its way to a verdict, and the socket it is tried on: the engine's two small records."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.engine.flight.verdict import Verdict
from scanner.machine.events import ERR
from scanner.model import Endpoint

if TYPE_CHECKING:
    from scanner.engine.truth.paths import Path
    from scanner.engine.truth.stands import Cohort, Era

_IPV6 = int(socket.AF_INET6)
_NOWHERE: tuple[Any, ...] = ("127.0.0.1", 1)
_NOWHERE6: tuple[Any, ...] = ("::1", 1, 0, 0)
NOTHING_FLAGGED = [(0, 0)]  #: what an empty answer of `Slot.flag` stands for


class Denial(NamedTuple):
    """A "no" that may pass: which attempt met it (1 for the first), what it said, after how many milliseconds."""

    attempt: int
    verdict: Verdict
    rtt_ms: float


class Trial:
    """One endpoint until it is judged: its attempts, their sockets, and what was known when each left.

    `patience`: how long (seconds) the present attempt waits; `timeout`: how long the last one must. `slots`: every
    socket still waiting for this endpoint's answer, the newest last. `sentinel`: a known responder asked once more,
    to measure the path; it has no row in any report. `full`: the present attempt waits the whole timeout, so its
    silence may become the verdict. `answered`: the attempt that was answered, 1 for the first; `sent`: when that
    left, of all but plain refusals. `first`: it goes before others that wait for the same rate. `soft`: the errno of
    a soft error that no ICMP message explained, else 0. `never_left`: how often an attempt did not count, because it
    met itself or stayed on this machine. `vouches`: a sentinel that left in its cohort's moment. `unheard`: so many
    of its attempts left before anybody of its network was heard. `denials`: the noes it met that may pass (noes.py);
    `denied_until`: when the wait of the present attempt would have ended, had there been silence; `own_word`: its
    last ICMP error was this host's own; `listening`: it waits for the responders of its network: they are denied as
    well, or nobody answered yet; `asked_more`: it waits, or waited, for more of them than were asked beside it.
    `known`: how many sentinels had told when it last waited for more (`-r 0`).
    `heard_out`: how long (seconds) its silent attempts were listened to, at least, whose sockets are closed. `era`,
    `nth`: in which era its newest attempt left, and the how manieth of it that was.
    """

    # Most trials are answered at their first attempt and never touch these: they live here, not in each instance.
    attempts = 0
    answered = 1
    slots: "tuple[Slot, ...]" = ()
    sentinel = False
    first = False
    full = True
    cohort: "Cohort | None" = None
    cohorts: "list[Cohort] | None" = None
    verdict: Verdict | None = None
    rtt_ms: float | None = None
    lost_syns = 0
    soft = 0
    never_left = 0
    era: "Era | None" = None
    nth = 0
    vouches = False
    unheard = 0
    sent = 0.0
    denials: tuple[Denial, ...] = ()
    denied_until = 0.0
    own_word = False
    listening = False
    asked_more = False
    known = -1
    heard_out = float("inf")

    def __init__(self, endpoint: Endpoint, path: "Path", patience: float | None = None) -> None:
        self.endpoint = endpoint
        self.path = path
        self.patience = self.timeout if patience is None else patience

    @property
    def timeout(self) -> float:
        """Seconds that the last attempt must wait; of several requests, the longest."""
        return max([request.timeout for request in self.endpoint.requests])

    @property
    def retries(self) -> int:
        """Attempts after the first, at least; of several requests, the most."""
        return max([request.retries for request in self.endpoint.requests])

    def silent_before(self, attempt: int) -> int:
        """How many attempts before that one stayed without any answer."""
        return attempt - 1 - sum(denial.attempt < attempt for denial in self.denials)

    def take_back(self) -> None:
        """It was about to leave, and did not: what was noted of that attempt is no evidence for anything."""
        if self.cohorts is not None and len(self.cohorts) > self.attempts:
            self.cohorts.pop()
            self.cohort = None
            self.nth -= 1

    @property
    def address(self) -> tuple[Any, ...]:
        """What connect() wants to know."""
        endpoint = self.endpoint
        place = endpoint.place
        if place.family == _IPV6:
            return (place.numeric, endpoint.port, 0, place.scope)
        return (place.numeric, endpoint.port)


class Slot:
    """A socket, and the trial it is in flight for (None while it waits to be used again).

    `sent` is when its connect() was called, `ended` when it was closed in silence (0 where it was not), `lane` the
    deadlines it stands in; `attempt` says which of the trial's attempts it carries. `home` is where it waits to be used
    again. `option` and `connect` are the socket's own methods, bound once; `flag` shows whether its error queue holds
    something (kernel.py). `nowhere` is an address of its family for the connect() that only resets it.
    """

    __slots__ = (
        "attempt", "connect", "ended", "fd", "flag", "home", "lane", "nowhere", "option", "sent", "sock", "trial",
    )  # fmt: skip

    def __init__(
        self, sock: Any, family: int, home: "list[Slot]", flag: Callable[[int], list[tuple[int, int]]] | None
    ) -> None:
        self.sock = sock
        self.fd: int = sock.fileno()
        self.home = home
        self.nowhere = _NOWHERE6 if family == _IPV6 else _NOWHERE
        self.flag = flag
        self.connect: Callable[[Any], int] = sock.connect_ex
        self.option: Callable[[int, int], int] = sock.getsockopt
        self.trial: Trial | None = None
        self.attempt = 0
        self.sent = 0.0
        self.ended = 0.0
        self.lane: dict[Slot, float] | None = None

    def queued_error(self) -> bool:
        """Whether its error queue holds something, or may, where it cannot be told; False where there is none."""
        try:
            return self.flag is not None and bool((self.flag(0) or NOTHING_FLAGGED)[0][1] & ERR)
        except OSError:
            return True
