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
* A sentinel vouches only for its own network (`vouchers.py`), only for attempts of its own moment, and only if it was
  answered as before: an ICMP error is no RST. An attempt for which nobody vouches met the loss 1: it proves nothing.
* With N targets on the path, the expected number of false timeouts among those that were silent in each of their
  attempts is at most N x the product of L over the attempts. A timeout stands when that is at most 0.005 and it had
  the attempts its user asked for; else it is probed again, up to 20 attempts.
* Where only open ports answered, all of them asked as often as may be and none ever lost, no more can be learned: then
  it stands if that number is at most 0.5 all the same, else it is unverified: too few answer for so many.
* A single attempt (`-r 0`) has no second one that would have to be lost as well. It stands once a whole cohort's worth
  of sentinels was asked at that rate and none lost: at a loss of 10 % twelve come through one time in four, 60 one in
  500. Where so many cannot be asked, it stands as in the last rule.

How fast to send is `rate_law.py`'s business; with truth decided here, the rate only costs time and packets.
"""

from collections import Counter
from collections.abc import Callable
from enum import Enum, auto
from math import sqrt
from typing import TYPE_CHECKING

from scanner.engine.truth.later_answers import Late
from scanner.model import Endpoint, Place

if TYPE_CHECKING:
    from scanner.engine.trial import Trial
    from scanner.engine.truth.vouchers import Network

ENOUGH = 0.005  #: false timeouts expected on a path, at most
ENOUGH_OF_FEW = 0.5  #: the same where no responder may be asked again
MOST_ATTEMPTS = 20
FULL_COHORT, SMALL_COHORT, SMALL_AFTER = 60, 12, 0.3
MOMENT_S = 1.0  #: probes so long apart are of different moments
CLEAN_LOSS = 0.001
_DEAD_LOSS = 0.9


class Era:
    """Sentinels judged while the rate was one and the same."""

    __slots__ = ("late", "lost", "n")

    def __init__(self) -> None:
        self.n = 0
        self.lost = 0
        self.late = Late()

    def loss(self) -> float:
        """The chance that a probe of this era was lost."""
        return estimate(self.lost, self.n)

    @property
    def dead(self) -> bool:
        """Known responders no longer answer at all: nothing more can be learned here."""
        return self.n >= 2 * SMALL_COHORT and self.lost >= _DEAD_LOSS * self.n


def estimate(lost: int, n: int) -> float:
    """The loss behind `lost` of `n` sentinels unanswered; a standard error more where any was."""
    lost = min(lost, n)  # what is known of several kinds may be counted more than once
    if lost == 0 and n >= FULL_COHORT:
        return min(CLEAN_LOSS, 0.5 / (n + 1))
    share = (lost + 0.5) / (n + 1)
    return min(1.0, share + sqrt(share * (1.0 - share) / (n + 1))) if lost else share


class Cohort:
    """Sentinels sent close together, and the trials that wait for what they find.

    `target` is how many sentinels make it whole. `sent_before` and `busy_before` are the path's counters at its
    start, from which its sending rate follows. `lost` sentinels stayed silent, the `missing`; `changed` ones were
    answered otherwise than before; `noes` met a "no", `denied` says of each network how many. `pending`, `asked` and
    `vouched` are the networks whose probes are in it and of which nobody was asked yet, of which somebody was, and of
    which somebody answered as before.
    """

    __slots__ = (
        "asked", "busy_before", "changed", "closed", "count", "denied", "era", "judged", "lost", "missing",
        "moment", "noes", "opened", "outstanding", "pending", "rate", "sent_before", "target", "thorough", "vouched",
        "waiting",
    )  # fmt: skip

    def __init__(self, era: Era, now: float, target: int, sent: int, busy: float) -> None:
        self.era = era
        self.opened = now
        self.moment = MOMENT_S
        self.target = target
        self.count = 0
        self.outstanding = 0
        self.lost = 0
        self.missing: list[Endpoint] = []
        self.changed = 0
        self.noes = 0
        self.thorough = False
        self.denied: Counter[Network] = Counter()
        self.pending: set[Network] = set()
        self.asked: set[Network] = set()
        self.vouched: set[Network] = set()
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
        """Whether later probes belong to the next cohort: what was lost long ago says little of now.

        Whose network is still to be asked must not wait for long, but until then it stays open.
        """
        age = now - self.opened
        if age >= MOMENT_S:
            return True
        return not self.pending and (self.whole or (self.count >= SMALL_COHORT and age >= SMALL_AFTER))

    def due(self, now: float) -> bool:
        """Whether its pending networks are to be asked now: a sentinel of their own might have come by itself."""
        if not self.pending or self.closed or self.late(now):
            return False
        return self.whole or bool(self.waiting) or now - self.opened >= SMALL_AFTER

    def late(self, now: float) -> bool:
        """Whether its moment is over, and with it the flight of its probes: who is asked now vouches for none."""
        return now - self.opened > self.moment

    def noted(self, network: "Network", patience: float) -> None:
        """A probe of that network leaves with it, and waits so long."""
        self.moment = max(self.moment, MOMENT_S / 4 + patience)
        if network not in self.asked:
            self.pending.add(network)

    def asks(self, network: "Network", now: float) -> bool:
        """A sentinel of that network is sent for it. Whether it can vouch: one that is late only measures loss."""
        self.count += 1
        self.outstanding += 1
        if self.late(now):
            return False
        for each in network.with_parent:
            self.asked.add(each)
            self.pending.discard(each)
        return True

    @property
    def enough(self) -> bool:
        """Whether it needs no more sentinels: it is whole, or nothing was lost of as many in its era, or that is so
        well known that a few more tell whether this is no worse."""
        if self.whole or (self.era.n >= 4 * FULL_COHORT and self.count >= SMALL_COHORT):
            return True
        clean = not (self.thorough or self.lost or self.era.lost)
        return clean and self.era.n + self.count >= self.target

    def lose(self, endpoint: Endpoint) -> None:
        """A sentinel of it stayed silent."""
        self.lost += 1
        self.missing.append(endpoint)

    def forgive(self, belongs: Callable[[Place], bool]) -> int:
        """Those hosts are on another path from now on: what they lost says nothing of this one. Returns how many."""
        left = [endpoint for endpoint in self.missing if not belongs(endpoint.place)]
        forgiven, self.missing = len(self.missing) - len(left), left
        self.lost -= forgiven
        self.changed += forgiven
        if self.judged:
            self.era.lost -= forgiven
            self.era.n -= forgiven
        return forgiven

    @property
    def measured(self) -> int:
        """Its sentinels that tell something of loss."""
        return self.count - self.changed

    def loss(self) -> float:
        """What its probes met: a burst of loss counts for more than the era's average."""
        own = estimate(self.lost, self.measured)
        return max(own, self.era.loss()) if self.lost else self.era.loss()


class Stand(Enum):
    """What a silent trial comes to."""

    TIMEOUT = auto()  #: it stands
    UNVERIFIED = auto()  #: it stands, but nobody of its own network vouches for it, or too few do
    LOSSY = auto()  #: given up: loss was seen and could not be ruled out
    AGAIN = auto()  #: probe again


def most_attempts(wanted: int) -> int:
    """How many attempts a target has at most; `wanted`: at least."""
    return max(MOST_ATTEMPTS, wanted)


def sentinels_needed(targets: int, attempts: int) -> int:
    """How many clean sentinels let `attempts` silent attempts stand among `targets` targets."""
    tolerable = float((ENOUGH / max(1, targets)) ** (1.0 / max(1, attempts)))
    return max(SMALL_COHORT, min(FULL_COHORT, int(0.5 / tolerable) + 1))


def doubtful(targets: int, losses: list[float], enough: float = ENOUGH) -> bool:
    """Whether silence in attempts that met these losses may still be loss, for one of `targets` targets."""
    expected = float(targets)
    for loss in losses:
        expected *= loss
    return expected > enough


def stands(
    *,
    attempts: int,
    wanted: int,
    full: bool,
    targets: int,
    losses: list[float] | None,
    lossy: bool,
    hopeless: bool,
    exhausted: bool = False,
    spent: bool = False,
    few: bool = False,
) -> Stand:
    """Decides on a target that was silent in `attempts` attempts, as far as the way goes.

    `wanted`: 1 + the retries its user asked for; 1 means exactly one. `full`: its last attempt waited the user's
    whole timeout. `losses`: the loss each attempt met on the way, None where nobody answers who could tell. `lossy`:
    loss was seen on the path. `hopeless`: hardly anything gets through any more. `exhausted`: nobody may be
    asked again. `spent`: nor would it help, for at the present rate it had all its attempts and nothing was lost.
    `few`: at the present rate fewer were asked than a single attempt must have beside it; AGAIN is theirs, then.
    """
    if attempts < wanted or not full:
        return Stand.AGAIN if attempts < most_attempts(wanted) else Stand.LOSSY
    if wanted == 1:
        if lossy or losses is None:
            return Stand.LOSSY if lossy else Stand.UNVERIFIED
        if few and not exhausted:
            return Stand.AGAIN
        return Stand.UNVERIFIED if few and doubtful(targets, losses, ENOUGH_OF_FEW) else Stand.TIMEOUT
    if losses is None:
        return Stand.UNVERIFIED
    if hopeless:
        return Stand.LOSSY
    if not doubtful(targets, losses) or (exhausted and not lossy):
        return Stand.TIMEOUT
    return Stand.AGAIN if attempts < most_attempts(wanted) and not spent else Stand.LOSSY


def vouched(*, attempts: int, wanted: int, targets: int, losses: list[float], lossy: bool, witnesses: bool) -> Stand:
    """Whether the target's own network bears out a timeout that stands as far as the way goes.

    `losses` are 1 for each attempt that nobody of its network vouches for; `witnesses`: somebody of it answers, and may
    be asked again beside one more attempt.
    """
    if not doubtful(targets, losses) or (wanted == 1 and losses[-1] < 1.0):
        return Stand.TIMEOUT
    if witnesses and wanted > 1 and attempts < most_attempts(wanted):
        return Stand.AGAIN
    return Stand.UNVERIFIED if lossy or doubtful(targets, losses, ENOUGH_OF_FEW) else Stand.TIMEOUT
