"""What the engine knows of the way to a host: who answers there, how fast, and how much is lost.

A host with 256 targets or more is a path of its own; all smaller hosts share one pool of evidence, because a handful of
probes tells nothing, until one network of them is seen to lose something (`regions.py`). A path costs next to nothing
until its first probe falls silent: only then is it *watched*, and sentinels run (`evidence.py`).

Sentinels are refused ports by preference. A port that answered open is connected three times at most in a
scan (databases lock out hosts that connect and hang up), and never twice within 100 ms (its accept queue is short).
"""

from collections import deque
from collections.abc import Callable, Iterator

from scanner.engine.evidence import FULL_COHORT, Cohort, Era, estimate, sentinels_needed
from scanner.engine.pace import RateLaw
from scanner.engine.regions import Regions
from scanner.engine.trial import Trial
from scanner.model import Endpoint, Place

#: So many answers may have waited for a next hop to be found (ARP, neighbour discovery): no loss of the path.
COLD_ANSWERS = 16
OWN_PATH = 256  #: a host with this many targets is a path of its own
_RESPONDERS = 64
_MOST_OWN = 4096  # beyond, big hosts share the pool too: memory does not grow with the hosts
_OPEN_SENTINELS, _OPEN_GAP = 2, 0.1
_EVERY, _EVERY_AT_FIRST = 16, 4
_BUSY_GAP = 0.02
_LEAST_PATIENCE, _PATIENCE_STEP = 0.3, 0.05


class Path:
    """One way, and the evidence on it. `targets` is how many are judged over it, as known now."""

    def __init__(self, targets: int, *, attached: bool = False) -> None:
        self.targets = targets
        self.attached = attached
        self.shared = False  # by any number of hosts: how many targets it has is not known
        self.collecting = True  # more refused ports are worth remembering
        self.era = Era()
        self.cohort: Cohort | None = None
        self.unseen = Cohort(self.era, 0.0, 0, 0, 0.0)  # what left before anybody watched: it met the first era's loss
        self.law = RateLaw()
        self.parked: deque[Trial] = deque()
        self.watched = False
        self.answers = 0
        self.flipped = 0
        self.missed = 0  # silent attempts of those that answered a later one
        self.resent = 0  # first attempts whose SYN the kernel had to send again (TCP_INFO, open ports only)
        self.sentinels = 0
        self.lost = 0
        self.timeouts = 0
        self.patience: float | None = None
        self._srtt = 0.0
        self._rttvar = 0.0
        self._refused: list[Endpoint] = []
        self._refused_turn = 0
        self._open: deque[Endpoint] = deque()
        self._open_used: dict[Endpoint, int] = {}
        self._open_from: dict[Endpoint, float] = {}
        self._open_next = 0.0
        self._sent = 0
        self._busy = 0.0
        self._last_sent = 0.0
        self._since_sentinel = 0
        self._closed: list[Cohort] = []

    # Who answers, and how fast

    def heard(self, trial: Trial, *, refused: bool, now: float = 0.0) -> None:
        """Somebody answered (an open port: `now`): a responder to ask again later."""
        if refused:
            self._refused.append(trial.endpoint)
            self.collecting = len(self._refused) < _RESPONDERS
        elif len(self._open) < _RESPONDERS and trial.endpoint not in self._open_used:
            used = trial.attempts - 1  # it may have seen those whose answers were lost or late
            if used < _OPEN_SENTINELS:
                self._open_used[trial.endpoint] = used
                self._open_from[trial.endpoint] = now + _OPEN_GAP
                self._open.append(trial.endpoint)

    def measured(self, rtt_s: float) -> None:
        """A round trip, in seconds (RFC 6298 smoothing); it shortens every attempt but the last."""
        if self._srtt == 0.0:
            self._srtt, self._rttvar = rtt_s, rtt_s / 2
        else:
            self._rttvar += (abs(self._srtt - rtt_s) - self._rttvar) / 4
            self._srtt += (rtt_s - self._srtt) / 8
        wait = max(_LEAST_PATIENCE, self._srtt + 4 * self._rttvar)
        # A coarse grid keeps the deadlines in few lanes.
        self.patience = _PATIENCE_STEP * int(wait / _PATIENCE_STEP + 0.999)

    def share(self, belongs: Callable[[Place], bool]) -> float:
        """Which part of its responders are of these; 1 where there is none."""
        responders = [*self._refused, *self._open]
        return sum(belongs(endpoint.place) for endpoint in responders) / len(responders) if responders else 1.0

    def split(self, belongs: Callable[[Place], bool]) -> "Path":
        """A new path for some of the hosts, with those of the responders. What was sent there before counts as lost."""
        part = Path(self.targets)
        part.shared = True
        lost = Era()
        lost.n = lost.lost = 1
        part.unseen = Cohort(lost, 0.0, 0, 0, 0.0)
        part._refused = [endpoint for endpoint in self._refused if belongs(endpoint.place)]
        part._open = deque(endpoint for endpoint in self._open if belongs(endpoint.place))
        part._open_used = {each: used for each, used in self._open_used.items() if belongs(each.place)}
        part._open_from = dict(self._open_from)
        part.patience, part._srtt, part._rttvar = self.patience, self._srtt, self._rttvar
        self._refused = [endpoint for endpoint in self._refused if not belongs(endpoint.place)]
        self._open = deque(endpoint for endpoint in self._open if not belongs(endpoint.place))
        self.collecting = len(self._refused) < _RESPONDERS
        return part

    # What is lost

    @property
    def can_tell(self) -> bool:
        """Whether anybody on this path ever answered who may be asked again."""
        return bool(self._refused) or bool(self._open) or self.sentinels > 0

    @property
    def lossy(self) -> bool:
        """Whether loss was seen: a sentinel unanswered, or an answer to a later attempt or a SYN sent again."""
        return self.lost > 0 or self.flipped > 0 or self.resent > 0

    @property
    def unsure(self) -> bool:
        """Whether nothing was lost at the present rate, but too few sentinels say so."""
        return self.era.lost == 0 and self.era.n < FULL_COHORT and not self.exhausted

    def open_cohort(self, now: float) -> Cohort:
        """The cohort that probes sent now belong to."""
        cohort = self.cohort
        if cohort is None or cohort.closed or cohort.ripe(now):
            if cohort is not None:
                self.close_cohort(cohort)
            target = sentinels_needed(self.targets, 2)
            cohort = self.cohort = Cohort(self.era, now, target, self._sent, self._busy)
        return cohort

    def close_cohort(self, cohort: Cohort) -> None:
        """No more sentinels for this one; it knows at which rate it was sent."""
        if cohort.closed:
            return
        cohort.closed = True
        self._closed.append(cohort)
        busy = self._busy - cohort.busy_before
        cohort.rate = (self._sent - cohort.sent_before) / busy if busy > 0 else 0.0

    def closed_cohorts(self) -> list[Cohort]:
        """Those that were closed since the last call."""
        closed, self._closed = self._closed, []
        return closed

    def sent(self, count: int, now: float, *, sentinel: bool = False) -> None:
        """That many probes are leaving. Only busy time counts: a tail with little to send is not slowness."""
        self._busy += min(max(now - self._last_sent, 0.0), _BUSY_GAP)
        self._last_sent = now
        self._sent += count
        if not sentinel:
            self._since_sentinel += count

    def due_sentinels(self, now: float, room: int) -> Iterator[Endpoint]:
        """The responders to ask beside what was just sent: one for every 16 probes, at first for every 4."""
        every = _EVERY if self.sentinels >= 60 else _EVERY_AT_FIRST
        self._since_sentinel = min(self._since_sentinel, 2 * every)  # never a burst of them: it would measure itself
        bucket = self.law.bucket
        if bucket is not None:
            room = min(room, bucket.available(now))
        while self._since_sentinel >= every and room > 0:
            room -= 1
            if bucket is not None:
                bucket.take(1)
            self._since_sentinel -= every
            endpoint = self.next_sentinel(now)
            if endpoint is None:
                self._since_sentinel = 0
                return
            yield endpoint

    def next_sentinel(self, now: float) -> Endpoint | None:
        """A responder that may be asked now, or None."""
        if self._refused:
            self._refused_turn = (self._refused_turn + 1) % len(self._refused)
            return self._refused[self._refused_turn]
        if not self._open or now < max(self._open_next, self._open_from[self._open[0]]):
            return None
        endpoint = self._open.popleft()
        self._open_used[endpoint] += 1
        if self._open_used[endpoint] < _OPEN_SENTINELS:
            self._open.append(endpoint)
        self._open_from[endpoint] = now + _OPEN_GAP
        self._open_next = now + _OPEN_GAP / max(1, len(self._open))
        return endpoint

    @property
    def exhausted(self) -> bool:
        """Whether no responder is left to ask."""
        return not self._refused and not self._open

    def judged(self, cohort: Cohort, now: float) -> None:
        """Every sentinel of the cohort is answered or expired: what it says of loss, and of the rate."""
        cohort.judged = True
        cohort.era.n += cohort.count
        cohort.era.lost += cohort.lost
        if cohort.era is not self.era or not cohort.count:
            return  # it was sent at another rate: it says nothing of the present one
        era = self.era
        if self.law.judge(lost=cohort.lost, n=cohort.count, era_lost=era.lost, era_n=era.n, rate=cohort.rate, now=now):
            self.era = Era()
            if self.cohort is not None:
                self.close_cohort(self.cohort)

    def losses(self, trial: Trial) -> list[float] | None:
        """The loss that each attempt of a silent trial met, the last by its own cohort; None if nobody can tell."""
        if not self.can_tell:
            return None
        cohorts = trial.cohorts or []
        before = [self.unseen] * (trial.attempts - len(cohorts))
        return [self._loss(cohort) for cohort in (*before, *cohorts)][: trial.attempts]

    def _loss(self, cohort: Cohort) -> float:
        if self.flipped and not self._refused:
            # Open ports are asked again one by one and seldom, and never meet the loss of a burst; these did.
            return max(cohort.loss(), estimate(self.missed, self.answers + self.missed))
        if cohort is self.unseen and (known := self.flipped + self.resent):
            return max(cohort.loss(), estimate(known, self.answers))  # by those who answered later
        return cohort.loss()


class Paths:
    """Every path of the scan. `attached` says whether an address is on a directly attached network."""

    def __init__(self, attached: Callable[[Place], bool] | None = None) -> None:
        self.pool = Path(1)
        self.near = Path(1, attached=True)
        self.pool.shared = self.near.shared = True
        self.regions = Regions(self.pool)
        self._attached = attached
        self.any_attached = False  # whether any target so far is on a directly attached network
        self._own: list[Path] = []

    def of(self, place: Place) -> Path:
        """The path to an address, remembered in the place."""
        path = place.path
        if isinstance(path, Path):
            if path is self.pool and self.regions.paths:
                path = place.path = self.regions.of(place) or path
            return path
        near = self._attached is not None and self._attached(place)
        self.any_attached |= near
        if place.ports >= OWN_PATH and len(self._own) < _MOST_OWN:
            path = Path(place.ports, attached=near)
            self._own.append(path)
        else:
            path = self.near if near else self.pool
            if not near and self.regions.paths:
                path = self.regions.of(place) or path
        place.path = path
        return path

    def all(self) -> list[Path]:
        """Every path, the pools first."""
        return [self.pool, self.near, *self.regions.all(), *self._own]
