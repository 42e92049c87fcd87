"""One attempt in flight (`Probe`), and what it is an attempt at (`BareTrial`): the two records that flight works on.

A probe is a socket in one of four states; `MAY_FOLLOW` says which may follow which, and the tests hold every change
against it. A trial has as many probes in flight as attempts that may still be answered. What the engine knows of a
trial beside (its path, who vouches for it) is not known here: see `engine/trial.py`.
"""

import socket
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from scanner.engine.flight.verdict import Verdict
from scanner.machine.events import ERR
from scanner.machine.queue_flags import Flag
from scanner.model import UNPROBED, Endpoint, Note, State

_IPV6 = int(socket.AF_INET6)
_NOWHERE: tuple[Any, ...] = ("127.0.0.1", 1)
_NOWHERE6: tuple[Any, ...] = ("::1", 1, 0, 0)
NOTHING_FLAGGED = [(0, 0)]  #: what an empty answer of `Probe.flag` stands for


class Denial(NamedTuple):
    """A "no" that may pass: which attempt met it (1 for the first), what it said, after how many milliseconds, and
    when the wait of that attempt would have ended, had there been silence."""

    attempt: int
    verdict: Verdict
    rtt_ms: float
    until: float = 0.0


class ProbeState(Enum):
    """What a probe is doing."""

    IDLE = "idle"  #: it waits to be used (again)
    FLYING = "flying"  #: its attempt is under way: it stands in a lane of deadlines
    OVERDUE = "overdue"  #: its attempt was silent; it is kept, for an answer that comes late still counts
    CLOSED = "closed"  #: for good


IDLE, FLYING, OVERDUE, CLOSED = ProbeState  # an enum's member costs a descriptor call each time it is named

#: Which states may follow which. One that connect() itself answers flies all the same, for as long as that takes; one
#: that met itself is overdue, and one that is overdue may still be refused, or be made new, and used again.
MAY_FOLLOW = {
    IDLE: frozenset({FLYING, CLOSED}),
    FLYING: frozenset({IDLE, OVERDUE, CLOSED}),
    OVERDUE: frozenset({CLOSED, IDLE}),
    CLOSED: frozenset[ProbeState](),
}


class BareTrial:
    """One endpoint until it is judged: its attempts, and what they found.

    `patience`: how long (seconds) the present attempt waits; `timeout`: how long the last one must. `probes`: every one
    still waiting for this endpoint's answer, the newest last. `sentinel`: a known responder asked once more: every "no"
    is its answer. `urgent`: somebody waits for it: it goes before others that wait for the same rate. `answered`: the
    attempt that was answered, 1 for the first; `sent`: when that left, of all but plain refusals, or, until then, the
    latest silent one. `never_left`: how often an attempt did not count, because it met itself or stayed on this
    machine. `denials`: the noes it met that may pass; `own_word`: its last ICMP error was this host's own. `heard_out`:
    how long (seconds) its silent attempts were listened to, at least, whose sockets are closed.
    """

    # Most trials are answered at their first attempt and never touch these: they live here, not in each instance.
    attempts = 0
    answered = 1
    probes: "tuple[Probe, ...]" = ()
    sentinel = False
    urgent = False
    verdict: Verdict | None = None
    rtt_ms: float | None = None
    lost_syns = 0
    never_left = 0
    sent = 0.0
    denials: tuple[Denial, ...] = ()
    own_word = False
    heard_out = float("inf")

    def __init__(self, endpoint: Endpoint, patience: float | None = None) -> None:
        self.endpoint = endpoint
        self.patience = self.timeout if patience is None else patience
        if endpoint.place.note is UNPROBED:
            endpoint.place.note = Note()

    @property
    def timeout(self) -> float:
        """Seconds that the last attempt must wait; of several requests, the longest."""
        requests = self.endpoint.requests
        return requests[0].timeout if len(requests) == 1 else max([request.timeout for request in requests])

    @property
    def retries(self) -> int:
        """Attempts after the first, at least; of several requests, the most."""
        requests = self.endpoint.requests
        return requests[0].retries if len(requests) == 1 else max([request.retries for request in requests])

    @property
    def denied_until(self) -> float:
        """When the wait of the last denied attempt would have ended."""
        return max([denial.until for denial in self.denials], default=0.0)

    def silent_before(self, attempt: int) -> int:
        """How many attempts before that one stayed without any answer."""
        return attempt - 1 - sum(denial.attempt < attempt for denial in self.denials)

    # What happens to it. (The hot loop writes the plain cases itself: a launch, a plain refusal.)

    def leaves_by(self, probe: "Probe") -> None:
        """One more attempt is under way."""
        self.attempts += 1
        self.probes = (*self.probes, probe)

    def did_not_leave(self) -> None:
        """The present attempt did not, and does not count."""
        self.attempts -= 1

    def stayed(self) -> int:
        """One more attempt stayed on this machine; how many did."""
        self.never_left += 1
        return self.never_left

    def learned(self, lost_syns: int, rtt_ms: float | None, *, own_word: bool) -> None:
        """What the kernel knows beside the answer; `rtt_ms` None: nothing better than the time that went by."""
        self.lost_syns, self.own_word = lost_syns, own_word
        if rtt_ms is not None:
            self.rtt_ms = rtt_ms

    def resolves(self, verdict: Verdict, probe: "Probe", now: float) -> None:
        """This probe's answer is its verdict."""
        self.verdict, self.answered, self.sent = verdict, probe.attempt, probe.sent
        if self.rtt_ms is None and verdict.state is not State.ERROR and not self.own_word:
            self.rtt_ms = (now - probe.sent) * 1000.0

    def given_up(self, verdict: Verdict) -> None:
        """It never leaves, and that is its verdict."""
        self.attempts += 1
        self.verdict = verdict

    def meets(self, verdict: Verdict, probe: "Probe", now: float) -> None:
        """This probe met a "no" that may pass."""
        waited, until = (now - probe.sent) * 1000.0, probe.sent + self.patience
        self.denials = (*self.denials, Denial(probe.attempt, verdict, waited, until))

    def loses(self, probe: "Probe") -> None:
        """That probe is closed."""
        self.probes = tuple(other for other in self.probes if other is not probe)

    def loses_all(self) -> None:
        """All of its probes are."""
        self.probes = ()

    def listened_for(self, seconds: float) -> None:
        """One of its silent attempts was, when its socket was closed."""
        self.heard_out = min(self.heard_out, seconds)

    @property
    def address(self) -> tuple[Any, ...]:
        """What connect() wants to know."""
        endpoint = self.endpoint
        place = endpoint.place
        if place.family == _IPV6:
            return (place.numeric, endpoint.port, 0, place.scope)
        return (place.numeric, endpoint.port)


class Probe:
    """A socket, and the trial whose attempt it carries (None while it carries none).

    `sent` is when its connect() was called, `ended` when it was closed in silence (0 where it was not), `lane` the
    deadlines it stands in, `attempt` which of the trial's attempts it carries. `home` is where it waits to be used
    again. `option`, `connect`: the socket's own methods. `flag` shows whether its error queue holds something. `soft`:
    the errno of a soft error that no ICMP message explained, else 0. `nowhere`: for the connect() that only resets it.
    """

    __slots__ = (
        "attempt",
        "connect",
        "ended",
        "fd",
        "flag",
        "home",
        "lane",
        "nowhere",
        "option",
        "sent",
        "sock",
        "soft",
        "state",
        "trial",
    )  # fmt: skip

    def __init__(self, sock: Any, family: int, home: "list[Probe]", flag: Flag | None) -> None:
        self.sock = sock
        self.fd: int = sock.fileno()
        self.home = home
        self.nowhere = _NOWHERE6 if family == _IPV6 else _NOWHERE
        self.flag = flag
        self.connect: Callable[[Any], int] = sock.connect_ex
        self.option: Callable[[int, int], int] = sock.getsockopt
        self.state = IDLE
        self.trial: BareTrial | None = None
        self.attempt = 0
        self.sent = 0.0
        self.ended = 0.0
        self.soft = 0
        self.lane: dict[Probe, float] | None = None

    def carries(self, trial: BareTrial) -> None:
        """The newest attempt of that trial, which does not stand in a lane."""
        self.trial, self.attempt, self.state = trial, trial.attempts, FLYING

    def is_overdue(self, lane: "dict[Probe, float]") -> None:
        """Its attempt was silent: it stands there from now on."""
        self.unlist()
        self.state, self.lane = OVERDUE, lane
        lane[self] = 0.0

    def unlist(self) -> None:
        """It stands in no lane any more."""
        if self.lane is not None:
            self.lane.pop(self, None)
            self.lane = None

    def rests(self) -> None:
        """It stands in no lane, carries nothing, and waits to be used again."""
        self.unlist()
        self.trial, self.state = None, IDLE

    def ends(self, now: float) -> None:
        """It is closed in silence."""
        self.ended = now

    def close(self) -> None:
        """It is closed."""
        self.trial, self.state = None, CLOSED

    def remember(self, error: int) -> None:
        """Reading an error clears it."""
        self.soft = error or self.soft

    def queued_error(self) -> bool:
        """Whether its error queue holds something, or may, where it cannot be told; False where there is none."""
        try:
            return self.flag is not None and bool((self.flag(0) or NOTHING_FLAGGED)[0][1] & ERR)
        except OSError:
            return True
