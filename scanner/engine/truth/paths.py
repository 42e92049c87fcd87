"""What the engine knows of the way to a host: who answers there, how fast, and how much is lost.

A host with 256 targets or more is a path of its own; all smaller hosts of an address family share one pool of evidence,
because a handful of probes tells nothing, until one network of them is seen to lose something (`regions.py`). What is
shared is the loss on the way; who vouches for a silent host is its own network's business (`vouchers.py`). A path costs
next to nothing until its first probe falls silent: only then is it *watched*, and sentinels run (`stands.py`).
"""

import socket
from collections import deque
from collections.abc import Callable, Iterator

from scanner.engine.brakes.rate_law import RateLaw
from scanner.engine.trial import Trial
from scanner.engine.truth.later_answers import Late
from scanner.engine.truth.regions import Regions
from scanner.engine.truth.responders import OpenPort, Responders
from scanner.engine.truth.stands import FULL_COHORT, SMALL_COHORT, Cohort, Era, estimate, sentinels_needed
from scanner.engine.truth.vouchers import Network, Networks
from scanner.model import Endpoint, Place

#: So many answers may have waited for a next hop to be found (ARP, neighbour discovery): no loss of the path.
COLD_ANSWERS = 16
OWN_PATH = 256  #: a host with this many targets is a path of its own
_RESPONDERS = 32
_MOST_OWN = 4096  # beyond, big hosts share the pool too: memory does not grow with the hosts
_EVERY, _EVERY_AT_FIRST = 16, 4
_LATELY = 256  # cohorts of which something was lost
_BUSY_GAP = 0.02
#: Where nobody refuses: so many lost ones are evidence, and from this loss on the capacity is anybody's guess; so many
#: probes show a rate; so many answers tell that little is lost.
_EVIDENT, _ROUGH, _ENOUGH_SENT, _TELLING = 3, 0.8, 64, 6
_CAREFUL = 200.0
_LEAST_PATIENCE, _PATIENCE_STEP = 0.3, 0.05


class Path:
    """One way, and the evidence on it. `targets` is how many are judged over it, as known now."""

    def __init__(self, targets: int, *, attached: bool = False) -> None:
        self.targets = targets
        self.attached = attached
        self.shared = False  # by any number of hosts: how many targets it has is not known
        self.pool: Pool | None = None  # that it is the path of
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
        self.turned = 0  # targets whose attempts met noes, but no silence, and were answered differently
        self.denied = 0  # targets whose "no" stands: they are among the answers
        self.noes = 0  # met by those who answer: sentinels, and targets that were answered after one
        self.sentinels = 0
        self.lost = 0
        self.timeouts = 0
        self.patience: float | None = None
        self._srtt = 0.0
        self._rttvar = 0.0
        self.responders = Responders(_RESPONDERS)
        self._unjudged = [0, 0]  # sentinels lost, and all, of cohorts too small to say something of the rate
        self.misses = 0  # sentinels in a row that were not answered as before
        self.alone = 0  # hosts that are asked themselves
        self.gone = False  # nobody who answered before does so any more
        self.stopped: list[float] = []  # when the responders of networks on it stopped answering
        self._sent = 0
        self._busy = 0.0
        self._last_sent = 0.0
        self._since_sentinel = 0
        self._rate = 0.0  # at which the last cohort was sent
        self._leaving: list[Cohort] = []
        self._closed: list[Cohort] = []
        self._lately: deque[Cohort] = deque(maxlen=_LATELY)

    # Who answers, and how fast

    def heard(self, trial: Trial, *, refused: bool, now: float) -> None:
        """Somebody answered: a responder of the path and of its network, to be asked again later."""
        endpoint = trial.endpoint
        network: Network = endpoint.place.network
        mine, theirs = self.responders, network.responders
        if refused:
            theirs.refuses(endpoint)
            if mine is not theirs:
                mine.refuses(endpoint)
        elif mine.wants_open or theirs.wants_open:
            port = OpenPort(trial, now)
            theirs.opens(port)
            if mine is not theirs:
                mine.opens(port)
        for each in network.with_parent:
            each.heard(now, (trial.rtt_ms or 0.0) / 1000.0)

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

    def split(self, belongs: Callable[[Place], bool]) -> "Path":
        """A new path for some of the hosts, with those of the responders. What was sent there before counts as lost."""
        part = Path(self.targets)
        part.shared = True
        lost = Era()
        lost.n = lost.lost = 1
        part.unseen = Cohort(lost, 0.0, 0, 0, 0.0)
        part.responders = self.responders.split(belongs)
        part.patience, part._srtt, part._rttvar = self.patience, self._srtt, self._rttvar
        part.lost = self.forgive(belongs)
        return part

    @property
    def rtt(self) -> float:
        """The round trip in seconds, smoothed; 0 where it is not known."""
        return self._srtt

    # What is lost

    def lose(self, cohort: Cohort, endpoint: Endpoint) -> None:
        """A sentinel of that cohort stayed silent."""
        if not cohort.missing:
            self._lately.append(cohort)
        cohort.lose(endpoint)
        self.lost += 1

    def forgive(self, belongs: Callable[[Place], bool], since: float = 0.0) -> int:
        """What those hosts lost lately says nothing of this path, as far as their cohorts lasted until `since`.

        Each is taken out once, whoever asks. Returns how many.
        """
        cohorts = [cohort for cohort in self._lately if cohort.opened + cohort.moment >= since]
        forgiven = sum(cohort.forgive(belongs) for cohort in cohorts)
        self.lost -= forgiven
        return forgiven

    @property
    def can_tell(self) -> bool:
        """Whether anybody on this path ever answered who may be asked again."""
        return bool(self.responders) or self.sentinels > 0

    @property
    def lossy(self) -> bool:
        """Whether loss was seen: a sentinel unanswered, or an answer to a later attempt or a SYN sent again."""
        return self.lost > 0 or self.flipped > 0 or self.resent > 0

    @property
    def unsure(self) -> bool:
        """Whether nothing was lost at the present rate, but too few sentinels say so."""
        return self.era.lost == 0 and self.era.n < FULL_COHORT and not self.exhausted and not self.gone

    def open_cohort(self, now: float) -> Cohort:
        """The cohort that probes sent now belong to."""
        cohort = self.cohort
        if cohort is None or cohort.closed or cohort.ripe(now):
            if cohort is not None and cohort.pending and not cohort.closed and not cohort.late(now):
                self._leaving.append(cohort)  # no more probes, but some of its networks are still to be asked
            elif cohort is not None:
                self.close_cohort(cohort)
            target = sentinels_needed(self.targets, 2)
            cohort = self.cohort = Cohort(self.era, now, target, self._sent, self._busy)
        return cohort

    def to_ask(self, now: float) -> list[Cohort]:
        """The cohorts that have networks to be asked now."""
        if self._leaving:
            for cohort in self._leaving:
                if not cohort.pending or cohort.late(now):
                    self.close_cohort(cohort)
            self._leaving = [cohort for cohort in self._leaving if not cohort.closed]
        cohorts = [*self._leaving, self.cohort] if self.cohort is not None else self._leaving
        return [cohort for cohort in cohorts if cohort.due(now)]

    def close_cohort(self, cohort: Cohort) -> None:
        """No more sentinels for this one; it knows at which rate it was sent."""
        if cohort.closed:
            return
        cohort.closed = True
        self._closed.append(cohort)
        cohort.rate = self._rate = self._rate_of(cohort)

    def _rate_of(self, cohort: Cohort) -> float:
        busy = self._busy - cohort.busy_before
        return (self._sent - cohort.sent_before) / busy if busy > 0 else 0.0

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

    def due_sentinels(
        self, now: float, room: int, busy: Callable[[str], bool] = lambda host: False
    ) -> Iterator[Endpoint]:
        """The responders to ask beside what was just sent: one for every 16 probes, at first for every 4."""
        every = _EVERY if self.sentinels >= 60 else _EVERY_AT_FIRST
        self._since_sentinel = min(self._since_sentinel, 2 * every)  # never a burst of them: it would measure itself
        bucket = self.law.bucket
        if bucket is not None:
            room = min(room, bucket.available(now))
        while self._since_sentinel >= every and room > 0:
            room -= 1
            self._since_sentinel -= every
            endpoint = self.responders.next(now, busy)
            if endpoint is None:
                self._since_sentinel = 0
                return
            yield endpoint

    @property
    def exhausted(self) -> bool:
        """Whether no responder is left to ask."""
        return not self.responders

    def judged(self, cohort: Cohort, now: float) -> None:
        """Every sentinel of the cohort is answered or expired: what it says of loss, and of the rate."""
        cohort.judged = True
        cohort.era.n += cohort.measured
        cohort.era.lost += cohort.lost
        if cohort.era is not self.era or not cohort.measured:
            return  # it was sent at another rate: it says nothing of the present one
        self._unjudged[0] += cohort.lost
        self._unjudged[1] += cohort.measured
        lost, n = self._unjudged
        if n < SMALL_COHORT and not cohort.whole:
            if not self.responders.refused:
                self._weigh(now)
            return
        self._unjudged = [0, 0]
        era = self.era
        if self.law.judge(lost=lost, n=n, era_lost=era.lost, era_n=era.n, rate=cohort.rate, now=now):
            self.new_era()

    def noted(self, trial: Trial, cohort: Cohort) -> None:
        """An attempt leaves with that cohort."""
        if trial.era is None:
            trial.era, trial.nth = self.unseen.era, trial.attempts
        if trial.era is not cohort.era:
            trial.era, trial.nth = cohort.era, 0
        trial.nth += 1

    def answered(self, trial: Trial, now: float) -> bool:
        """It answered, maybe after attempts that were lost. True when the rate was cut for what that says of loss.

        Where somebody refuses there are sentinels enough; where only open ports answer, this is nearly all there is.
        """
        nth = trial.answered if trial.era is None else trial.nth - (trial.attempts - trial.answered)
        if trial.denials or (trial.era or self.unseen.era) is not self.era or nth < 1 or self.responders.refused:
            return False
        self.era.late.hit(nth)
        return nth > 1 and self._weigh(now)

    def _weigh(self, now: float) -> bool:
        """Where nobody refuses: whether the few that can tell, sentinels and late answers, tell enough for a cut."""
        late = self.era.late
        lost, n = self._unjudged[0] + late.lost, min(FULL_COHORT, self._unjudged[1] + late.known)
        lost = min(lost, n)
        if lost < _EVIDENT or not self.law.significant(lost, n):
            return False
        cohort, rate = self.cohort, self._rate
        if cohort is not None and not cohort.closed and (not rate or self._sent - cohort.sent_before >= _ENOUGH_SENT):
            rate = self._rate_of(cohort)
        self.era.late, self._unjudged = Late(), [0, 0]  # it is told once
        careful = self._careful if estimate(lost, n) >= _ROUGH else 0.0
        if not self.law.judge(lost=lost, n=n, era_lost=lost, era_n=n, rate=rate, now=now, careful=careful):
            return False
        self.new_era()
        return True

    @property
    def _careful(self) -> float:
        """A rate that narrow lines take, or at which everybody is asked within a minute."""
        return max(_CAREFUL, self.targets / 60.0)

    def grope(self, now: float) -> bool:
        """Where something was lost and hardly anybody is left to tell how much, asking on as fast tells no more: True
        when it is held back for that from now on."""
        known = self.era.n + self.era.late.known
        if self.law.bucket is not None or not self.exhausted or not self.lossy or self.gone or known >= SMALL_COHORT:
            return False
        self.law.be_careful(self._careful, now)
        self.new_era()
        return True

    def spent(self, trial: Trial) -> bool:
        """Whether asking on tells nothing more: nobody may be asked again, and at the rate that the path was held back
        to, the trial had all its attempts and no loss was seen (with hardly an answer to tell: two more)."""
        era = self.era
        if self.law.bucket is None or not self.exhausted or trial.era is not era or era.lost or era.late.later:
            return False
        tells = era.n + era.late.known >= _TELLING
        return trial.nth > trial.retries + (0 if tells else 2)

    def new_era(self) -> None:
        """What was learned so far of loss does not hold from now on."""
        self.era = Era()
        self._unjudged = [0, 0]
        if self.cohort is not None:
            self.close_cohort(self.cohort)

    def all_gone(self) -> None:
        """Nobody answers here any more: that is no matter of the rate."""
        self.gone = True
        self.law = RateLaw()
        self.new_era()

    def losses(self, trial: Trial, network: Network | None = None) -> list[float] | None:
        """The loss that each attempt of a silent trial met, the last by its own cohort; None if nobody can tell.

        Of a network: 1 for those that nobody of it vouches for; without one, as far as the way goes.
        """
        if not self.can_tell:
            return None
        cohorts = trial.cohorts or []
        before = [self.unseen] * (trial.attempts - len(cohorts))
        met = [self._loss(cohort, network) for cohort in (*before, *cohorts)][: trial.attempts]
        if network is not None:
            met[: trial.unheard] = [1.0] * min(trial.unheard, len(met))
        return met

    def _loss(self, cohort: Cohort, network: Network | None) -> float:
        if network is not None and cohort is not self.unseen and not network.vouches_in(cohort):
            return 1.0
        if self.flipped and not self.responders.refused:
            # Open ports are asked again one by one and seldom, and never meet the loss of a burst; these did.
            era, late = cohort.era, cohort.era.late
            if not late.known:
                return max(cohort.loss(), estimate(self.missed, self.answers + self.missed))
            own = estimate(cohort.lost, cohort.measured) if cohort.lost else 0.0
            return max(own, estimate(era.lost + late.lost, era.n + late.known))
        if cohort is self.unseen and (known := self.flipped + self.resent):
            return max(cohort.loss(), estimate(known, self.answers))  # by those who answered later
        return cohort.loss()


class Pool:
    """Small hosts of one address family, on attached networks or behind gateways: a path, their networks, and those of
    them that became paths of their own."""

    def __init__(self, *, attached: bool = False) -> None:
        self.path = Path(1, attached=attached)
        self.path.shared, self.path.pool = True, self
        self.regions = Regions(self.path)
        self.networks = Networks()

    def of(self, place: Place) -> Path:
        """The path to one of its hosts."""
        return (self.regions.of(place) if self.regions.paths else None) or self.path


class Paths:
    """Every path of the scan. `attached` says whether an address is on a directly attached network, `narrow` in which
    prefix, if that is narrower than a network usually is (its first address, else None)."""

    def __init__(
        self,
        attached: Callable[[Place], bool] | None = None,
        narrow: Callable[[Place], int | None] | None = None,
    ) -> None:
        self._narrow = narrow
        families = (int(socket.AF_INET), int(socket.AF_INET6))
        self._far = {family: Pool() for family in families}
        self._near = {family: Pool(attached=True) for family in families}
        self._attached = attached
        self.any_attached = False  # whether any target so far is on a directly attached network
        self._own: list[Path] = []

    def of(self, place: Place) -> Path:
        """The path to an address, remembered in the place, as is its network."""
        path = place.path
        if isinstance(path, Path):
            pool = path.pool
            if pool is not None and pool.regions.paths:
                path = place.path = pool.of(place)
            return path
        near = self._attached is not None and self._attached(place)
        self.any_attached |= near
        if place.ports >= OWN_PATH and len(self._own) < _MOST_OWN:
            path = Path(place.ports, attached=near)
            self._own.append(path)
            place.network = Network(responders=path.responders)
        else:
            pool = (self._near if near else self._far)[place.family]
            path = pool.of(place)
            place.network = pool.networks.of(place, self._narrow(place) if near and self._narrow else None)
        place.path = path
        return path

    def all(self) -> list[Path]:
        """Every path, the pools first."""
        pools = (*self._far.values(), *self._near.values())
        return [*(pool.path for pool in pools), *(path for pool in pools for path in pool.regions.all()), *self._own]
