"""What the engine knows of the way to a host: who answers there, how fast, how much is lost, at which pace.

A path costs next to nothing until its first probe falls silent: only then is it *watched*, and sentinels run
(`sentinels.py`). Its parts know one thing each: who answers, how fast, what was counted, which cohorts there were, at
which pace it may be sent to, and (`braking.py`) what the loss means for that. Here is what joins them.
"""

from collections.abc import Callable, Iterator

from scanner.engine.brakes.pace import Pace
from scanner.engine.truth.braking import Braking
from scanner.engine.truth.cohort_series import CohortSeries
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.loss_estimate import FULL_COHORT, clean_enough, sentinels_needed
from scanner.engine.truth.network_evidence import MOST_ALONE, Network
from scanner.engine.truth.path_counts import PathCounts
from scanner.engine.truth.responders import OpenPort, Responders
from scanner.engine.truth.round_trip import RoundTrip
from scanner.model import Endpoint, Place

#: So many answers may have waited for a next hop to be found (ARP, neighbour discovery): no loss of the path.
COLD_ANSWERS = 16
_RESPONDERS = 32
_EVERY, _EVERY_AT_FIRST = 16, 4
_NO_LONGER_FIRST = 60  # sentinels
_MANY = 16  # sentinels with one turn's probes
_TELLING = 6  # so many answers tell that little is lost, where nobody refuses


class Path:
    """One way, and the evidence on it. `targets` is how many are judged over it, as known now; `shared`: by any number
    of hosts, so that this is not known. `attached`: no router is on it. `gone`: nobody who answered before does so any
    more; `misses`: sentinels in a row that were not answered as before.
    """

    def __init__(self, targets: int, *, attached: bool = False, shared: bool = False) -> None:
        self.targets = targets
        self.attached = attached
        self.shared = shared
        self.watched = False
        self.counts = PathCounts()
        self.responders = Responders(_RESPONDERS)
        self.round_trip = RoundTrip()
        self.pace = Pace()
        self.cohorts = CohortSeries(self.counts)
        self.braking = Braking(self.pace, self.cohorts, self.responders, targets)
        self.misses = 0
        self.gone = False
        self._alone = 0  # hosts that are asked themselves
        self._since_sentinel = 0

    def watch(self) -> None:
        """It has a silent target from now on."""
        self.watched = True

    def has_targets(self, total: int) -> None:
        """So many rows the scan has, as known now: of those that share a path nobody knows how many it has itself."""
        if self.shared:
            self.targets = max(self.targets, total)
            self.braking.has_targets(self.targets)

    # Who answers

    def heard(
        self, endpoint: Endpoint, network: Network, *, refused: bool, attempts: int, rtt_ms: float | None, now: float
    ) -> None:
        """Somebody answered: a responder of the path and of its network, to be asked again later."""
        mine, theirs = self.responders, network.responders
        if refused:
            theirs.refuses(endpoint)
            if mine is not theirs:
                mine.refuses(endpoint)
            elif network.parent is not None and not network.parent.responders:
                network.parent.responders.refuses(endpoint)  # its neighbours have nobody else
        elif mine.wants_open or theirs.wants_open:
            port = OpenPort(endpoint, attempts, now)
            theirs.opens(port)
            if mine is not theirs:
                mine.opens(port)
        for each in network.with_parent:
            each.heard(now, (rtt_ms or 0.0) / 1000.0)

    @property
    def can_tell(self) -> bool:
        """Whether anybody on this path ever answered who may be asked again."""
        return bool(self.responders) or self.counts.sentinels > 0

    @property
    def exhausted(self) -> bool:
        """Whether no responder is left to ask."""
        return not self.responders

    def asks_one_more_host(self) -> bool:
        """Whether one more host may be asked itself: they are counted."""
        if self._alone >= MOST_ALONE:
            return False
        self._alone += 1
        return True

    def split(self, belongs: Callable[[Place], bool]) -> "Path":
        """A new path for some of the hosts, with those of the responders. What was sent there before counts as lost."""
        part = Path(self.targets, shared=True)
        part.responders = self.responders.split(belongs)
        part.round_trip = self.round_trip.split()
        part.counts = self.counts.split(lost=self.cohorts.forgive(belongs))
        part.cohorts = self.cohorts.split(part.counts)
        part.braking = Braking(part.pace, part.cohorts, part.responders, part.targets)
        return part

    # Sentinels

    def open_cohort(self, now: float) -> Cohort:
        """The cohort that probes sent now belong to."""
        return self.cohorts.open(now, sentinels_needed(self.targets, 2))

    def sends(self, count: int, now: float, *, sentinels: bool = False) -> None:
        """So many probes are leaving."""
        self.cohorts.sending.sent(count, now)
        if sentinels:
            self.counts.asked(count)
        else:
            self._since_sentinel += count

    def due_sentinels(
        self, now: float, room: int, busy: Callable[[str], bool] = lambda host: False
    ) -> Iterator[Endpoint]:
        """The responders to ask beside what was just sent: one for every 16 probes, at first for every 4."""
        every = _EVERY if self.counts.sentinels >= _NO_LONGER_FIRST else _EVERY_AT_FIRST
        # Never a burst of them: it would measure itself.
        self._since_sentinel = min(self._since_sentinel, (_MANY if self._saves_attempts else 2) * every)
        room = self.pace.room(room, now)
        while self._since_sentinel >= every and room > 0:
            room -= 1
            self._since_sentinel -= every
            endpoint = self.responders.next(now, busy)
            if endpoint is None:
                self._since_sentinel = 0
                return
            yield endpoint

    @property
    def _saves_attempts(self) -> bool:
        """Whether some more clean sentinels would spare many targets their third attempt."""
        return self.shared and not self.lossy and self.cohorts.era.n < clean_enough(self.targets)

    def lose(self, cohort: Cohort, endpoint: Endpoint) -> None:
        """A sentinel of that cohort stayed silent."""
        self.cohorts.lose(cohort, endpoint)
        self.counts.lose(1)

    def forgive(self, belongs: Callable[[Place], bool], since: float = 0.0) -> int:
        """What those hosts lost lately says nothing of this path, as far as their cohorts lasted until `since`."""
        forgiven = self.cohorts.forgive(belongs, since)
        self.counts.lose(-forgiven)
        return forgiven

    def answered_as_before(self) -> None:
        """A sentinel was."""
        self.misses, self.gone = 0, False

    def missed_one(self) -> None:
        """A sentinel was not answered as before."""
        self.misses += 1

    # What it comes to

    @property
    def lossy(self) -> bool:
        """Whether loss was seen: a sentinel unanswered, or an answer to a later attempt or a SYN sent again."""
        return self.counts.lost > 0 or self.counts.flipped > 0 or self.counts.resent > 0

    @property
    def unsure(self) -> bool:
        """Whether nothing was lost at the present rate, but too few sentinels say so."""
        era = self.cohorts.era
        return era.lost == 0 and era.n < FULL_COHORT and not self.exhausted and not self.gone

    @property
    def at_a_loss(self) -> bool:
        """Whether something was lost, and nobody is left to ask how much."""
        return self.exhausted and self.lossy and not self.gone

    def spent(self, era: Era | None, nth: int, wanted: int) -> bool:
        """Whether asking on tells nothing more: nobody may be asked again, and at the rate that the path was held back
        to, a target had all of `wanted` attempts (`nth` of that era) and no loss was seen (with hardly an answer to
        tell: two more)."""
        if not self.pace.held or not self.exhausted or era is not self.cohorts.era or era.lost or era.later.count:
            return False
        return nth >= wanted + (0 if era.known >= _TELLING else 2)

    def all_gone(self) -> None:
        """Nobody answers here any more: that has nothing to do with the rate."""
        self.gone = True
        self.braking.forget()
