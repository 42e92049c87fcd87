"""When does a timeout stand? The verdict rule, which makes the answers true. Pure: counts in, a decision out.

Silence alone proves nothing: the SYN, or its answer, may have been lost. What tells loss from silence is somebody
who is known to answer. So while a path has silent targets, a *sentinel* now and then asks a known responder again; how
many of those go unanswered is the loss that the probes beside them met.

* An **era** is the time between two changes of the sending rate; within it the loss is taken as one number:
  L = (lost + 1/2) / (n + 1), and at most 0.001 where none of 60 or more was lost. Where some were, L is taken one
  standard error higher: with ten attempts the product forgives no estimate that chance made too low.
* A **cohort** is a handful of sentinels and the probes sent among them. It is judged only when every one of its
  sentinels is answered or expired: answers come at once and losses late, so a count taken in between always
  looks clean.
* With N targets on the path, the expected number of false timeouts among those that were silent in each of their
  attempts is at most N x the product of L over the attempts. A timeout stands when that is at most 0.005 and it had
  the attempts its user asked for; else it is probed again, 20 times at most.

How fast to send is `pace.py`'s business; with truth decided here, the rate only costs time and packets.
"""

from enum import Enum, auto
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.engine.trial import Trial

ENOUGH = 0.005  #: false timeouts expected on a path, at most
MOST_ATTEMPTS = 20
FULL_COHORT, SMALL_COHORT, SMALL_AFTER = 60, 12, 0.3
CLEAN_LOSS = 0.001
_DEAD_LOSS = 0.9


class Era:
    """Sentinels judged while the rate was one and the same."""

    __slots__ = ("lost", "n")

    def __init__(self) -> None:
        self.n = 0
        self.lost = 0

    def loss(self) -> float:
        """The chance that a probe of this era was lost."""
        return estimate(self.lost, self.n)

    @property
    def dead(self) -> bool:
        """Known responders no longer answer at all: nothing more can be learned here."""
        return self.n >= 2 * SMALL_COHORT and self.lost >= _DEAD_LOSS * self.n


def estimate(lost: int, n: int) -> float:
    """The loss behind `lost` of `n` sentinels unanswered; a standard error more where any was."""
    if lost == 0 and n >= FULL_COHORT:
        return min(CLEAN_LOSS, 0.5 / (n + 1))
    share = (lost + 0.5) / (n + 1)
    return min(1.0, share + sqrt(share * (1.0 - share) / (n + 1))) if lost else share


class Cohort:
    """Sentinels sent close together, and the trials that wait for what they find.

    `target` is how many sentinels make it whole. `sent_before` and `busy_before` are the path's counters at its
    start, from which its sending rate follows.
    """

    __slots__ = (
        "busy_before", "closed", "count", "era", "judged", "lost", "opened", "outstanding", "rate", "sent_before",
        "target", "waiting",
    )  # fmt: skip

    def __init__(self, era: Era, now: float, target: int, sent: int, busy: float) -> None:
        self.era = era
        self.opened = now
        self.target = target
        self.count = 0
        self.outstanding = 0
        self.lost = 0
        self.closed = False
        self.judged = False
        self.rate = 0.0
        self.sent_before = sent
        self.busy_before = busy
        self.waiting: list[Trial] = []

    @property
    def whole(self) -> bool:
        """Whether it has all the sentinels it wants."""
        return self.count >= self.target

    def ripe(self, now: float) -> bool:
        """Whether later probes belong to the next cohort: what was lost long ago says little of now."""
        return self.whole or (self.count >= SMALL_COHORT and now - self.opened >= SMALL_AFTER)

    def loss(self) -> float:
        """What its probes met: a burst of loss counts for more than the era's average."""
        own = estimate(self.lost, self.count)
        return max(own, self.era.loss()) if self.lost else self.era.loss()


class Stand(Enum):
    """What a silent trial comes to."""

    TIMEOUT = auto()  #: it stands
    UNVERIFIED = auto()  #: it stands, but nothing on this path ever answered
    LOSSY = auto()  #: given up: loss was seen and could not be ruled out
    AGAIN = auto()  #: probe again


def sentinels_needed(targets: int, attempts: int) -> int:
    """How many clean sentinels let `attempts` silent attempts stand among `targets` targets."""
    tolerable = float((ENOUGH / max(1, targets)) ** (1.0 / max(1, attempts)))
    return max(SMALL_COHORT, min(FULL_COHORT, int(0.5 / tolerable) + 1))


def doubtful(targets: int, losses: list[float]) -> bool:
    """Whether silence in attempts that met these losses may still be loss, for one of `targets` targets."""
    expected = float(targets)
    for loss in losses:
        expected *= loss
    return expected > ENOUGH


def stands(
    *,
    attempts: int,
    wanted: int,
    full: bool,
    targets: int,
    losses: list[float] | None,
    lossy: bool,
    hopeless: bool,
) -> Stand:
    """Decides on a target that was silent in `attempts` attempts.

    `wanted`: 1 + the retries its user asked for; 1 means exactly one. `full`: its last attempt waited the user's
    whole timeout. `losses`: the loss each attempt met, None where nobody answers who could tell. `lossy`:
    loss was seen on the path. `hopeless`: known responders fell silent for good.
    """
    if attempts < wanted or not full:
        return Stand.AGAIN if attempts < MOST_ATTEMPTS else Stand.LOSSY
    if wanted == 1:
        return Stand.LOSSY if lossy else Stand.UNVERIFIED if losses is None else Stand.TIMEOUT
    if losses is None:
        return Stand.UNVERIFIED
    if hopeless:
        return Stand.LOSSY
    if not doubtful(targets, losses):
        return Stand.TIMEOUT
    return Stand.AGAIN if attempts < MOST_ATTEMPTS else Stand.LOSSY
