"""Eras and cohorts: which sentinels speak for which probes. Records that count; who decides is elsewhere.

* An **era** is the time between two changes of the sending rate; within it the loss is taken as one number.
* A **cohort** is a handful of sentinels and the probes sent among them. It is evaluated only when every one of its
  sentinels is answered or expired: answers come at once and losses late, so a count taken in between always looks
  clean.
* A sentinel vouches only for its own network (`network_evidence.py`), only for attempts of its own moment, and only if
  it was answered as before: an ICMP error is not a RST.
"""

from collections import Counter
from collections.abc import Callable

from scanner.engine.truth.flips import Flips
from scanner.engine.truth.later_answers import LaterAnswers
from scanner.engine.truth.loss_estimate import FULL_COHORT, SMALL_COHORT, estimate
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path_counts import PathCounts
from scanner.engine.truth.sending import Stretch
from scanner.model import Endpoint, Place

SMALL_AFTER = 0.3
MOMENT_S = 1.0  #: probes so long apart are of different moments
_DEAD_LOSS = 0.9


class Era:
    """Sentinels evaluated while the rate was the same. `later`, `flips`: what targets say, which `counts` counts."""

    __slots__ = ("flips", "later", "lost", "n")

    def __init__(self, lost: int = 0, n: int = 0, counts: PathCounts | None = None) -> None:
        self.n = n
        self.lost = lost
        self.later = LaterAnswers()
        self.flips = Flips(counts or PathCounts())

    def loss(self) -> float:
        """The chance that a probe of this era was lost, as its sentinels show it and its targets found it."""
        return max(estimate(self.lost, self.n), self.flips.loss(self.lost, self.n))

    @property
    def known(self) -> int:
        """Of so many probes it is known what became of them."""
        return self.n + self.later.known

    @property
    def dead(self) -> bool:
        """Known responders no longer answer at all: nothing more can be learned here."""
        return self.n >= 2 * SMALL_COHORT and self.lost >= _DEAD_LOSS * self.n

    def counts(self, lost: int, n: int) -> None:
        """So many more were evaluated; negative where they are taken back."""
        self.lost += lost
        self.n += n

    def acted_on(self) -> None:
        """What later answers said was acted on: it is not told twice."""
        self.later = LaterAnswers()


class Witnesses:
    """The networks whose probes are in a cohort: those of which nobody was asked yet (`pending`), of which somebody was
    (`asked`), of which somebody answered as before (`vouched`); and how many sentinels of each met a "no"
    (`denied`)."""

    __slots__ = ("asked", "denied", "pending", "vouched")

    def __init__(self) -> None:
        self.pending: set[Network] = set()
        self.asked: set[Network] = set()
        self.vouched: set[Network] = set()
        self.denied: Counter[Network] = Counter()

    def vouch(self, network: Network) -> None:
        """Somebody of it answered as before."""
        self.vouched.update(network.with_parent)

    def nobody_to_ask(self, network: Network) -> None:
        """Nobody of it ever answered who could be."""
        self.pending.discard(network)

    def vouch_for(self, network: Network) -> bool:
        """Whether somebody of it answered as before. For a host that was not asked here, its network."""
        if network in self.vouched:
            return True
        return network.parent is not None and network.parent in self.vouched and network not in self.asked


class Cohort:
    """Sentinels sent close together, and the probes among them.

    `target` is how many sentinels make it whole. `unanswered` stayed silent; `changed` were answered otherwise than
    before, and `noes` of them met a "no". `witnesses`: whose probes are in it, and who spoke. `sending`: how fast it
    was sent. `thorough`: somebody needs it whole, however clean its era is. `awaited`: trials wait for what it finds.
    """

    __slots__ = (
        "awaited", "changed", "closed", "count", "era", "evaluated", "moment", "noes", "opened",
        "outstanding", "sending", "target", "thorough", "unanswered", "witnesses",
    )  # fmt: skip

    def __init__(self, era: Era, now: float = 0.0, target: int = 0, sending: Stretch | None = None) -> None:
        self.era = era
        self.opened = now
        self.moment = MOMENT_S
        self.target = target
        self.sending = sending or Stretch()
        self.count = 0
        self.outstanding = 0
        self.unanswered: list[Endpoint] = []
        self.changed = 0
        self.noes = 0
        self.witnesses = Witnesses()
        self.thorough = False
        self.awaited = False
        self.closed = False
        self.evaluated = False

    # What belongs to it

    @property
    def whole(self) -> bool:
        """Whether it has all the sentinels it wants."""
        return self.count >= self.target

    def ripe(self, now: float) -> bool:
        """Whether later probes belong to the next cohort: what was lost long ago says little of now.

        Whose network is still to be asked must not wait for long, but until then it stays open.
        """
        age = now - self.opened
        if age >= MOMENT_S:
            return True
        return not self.witnesses.pending and (self.whole or (self.count >= SMALL_COHORT and age >= SMALL_AFTER))

    def due(self, now: float) -> bool:
        """Whether its pending networks are to be asked now: a sentinel of their own might have come by itself."""
        if not self.witnesses.pending or self.closed or self.late(now):
            return False
        return self.whole or self.awaited or now - self.opened >= SMALL_AFTER

    def late(self, now: float) -> bool:
        """Whether its moment is over, and with it the flight of its probes: who is asked now vouches for none."""
        return now - self.opened > self.moment

    def noted(self, network: Network, patience: float) -> None:
        """A probe of that network leaves with it, and waits so long."""
        self.moment = max(self.moment, MOMENT_S / 4 + patience)
        if network not in self.witnesses.asked:
            self.witnesses.pending.add(network)

    def asks(self, network: Network, now: float) -> bool:
        """A sentinel of that network is sent for it. Whether it can vouch: one that is late only measures loss."""
        self.count += 1
        self.outstanding += 1
        if self.late(now):
            return False
        for each in network.with_parent:
            self.witnesses.asked.add(each)
            self.witnesses.pending.discard(each)
        return True

    @property
    def enough(self) -> bool:
        """Whether it needs no more sentinels: it is whole, or nothing was lost of as many in its era, or that is so
        well known that a few more tell whether this is no worse."""
        if self.whole or (self.era.n >= 4 * FULL_COHORT and self.count >= SMALL_COHORT):
            return True
        clean = not (self.thorough or self.unanswered or self.era.lost)
        return clean and self.era.n + self.count >= self.target

    def wants_all(self) -> None:
        """Somebody needs it whole."""
        self.thorough = True

    def awaits(self, awaited: bool) -> None:
        """Whether trials wait for it from now on."""
        self.awaited = awaited

    def close(self) -> None:
        """No more sentinels for this one."""
        self.closed = True

    # What came of it

    def one_done(self) -> None:
        """One of its sentinels is done: answered, or silent for long enough."""
        self.outstanding -= 1

    def lose(self, endpoint: Endpoint) -> None:
        """A sentinel of it stayed silent."""
        self.unanswered.append(endpoint)

    def change(self) -> None:
        """A sentinel was not answered as before, and that is no loss."""
        self.changed += 1

    def deny(self, network: Network) -> None:
        """That was because it met a "no"."""
        self.noes += 1
        for each in network.with_parent:
            self.witnesses.denied[each] += 1

    def forgive(self, belongs: Callable[[Place], bool]) -> int:
        """Those hosts are on another path from now on: what they lost says nothing of this one. Returns how many."""
        left = [endpoint for endpoint in self.unanswered if not belongs(endpoint.place)]
        forgiven, self.unanswered = len(self.unanswered) - len(left), left
        self.changed += forgiven
        if self.evaluated:
            self.era.counts(-forgiven, -forgiven)
        return forgiven

    def evaluate(self) -> None:
        """All its sentinels are done: they count for its era."""
        self.evaluated = True
        self.era.counts(self.lost, self.measured)

    @property
    def lost(self) -> int:
        """Sentinels that stayed silent."""
        return len(self.unanswered)

    @property
    def measured(self) -> int:
        """Its sentinels that tell something of loss."""
        return self.count - self.changed

    def loss(self) -> float:
        """What its probes met: a burst of loss counts for more than the era's average."""
        own = estimate(self.lost, self.measured)
        return max(own, self.era.loss()) if self.unanswered else self.era.loss()
