"""When does a timeout stand? The verdict rule, which makes the answers true. Pure: counts in, a decision out.

Silence alone proves nothing: the SYN, or its answer, may have been lost. What tells loss from silence is somebody
who is known to answer. So while a path has silent targets, a *sentinel* now and then asks a known responder again; how
many of those go unanswered is the loss that the probes beside them met.

* Loss is counted in eras and cohorts (`cohorts.py`) and estimated with a margin (`loss_estimate.py`). No era is taken
  for cleaner than its own targets found it, who answered only later (`flips.py`): sixty clean sentinels may be luck.
* A sentinel vouches only for its own network (`network_evidence.py`), only for attempts of its own moment, and only if
  it was answered as before: an ICMP error is not a RST. An attempt for which nobody vouches met the loss 1: it proves
  nothing.
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

from enum import StrEnum

from scanner.engine.truth.loss_estimate import ENOUGH
from scanner.model import Doubt

ENOUGH_OF_FEW = 0.5  #: the same where no responder may be asked again
MOST_ATTEMPTS = 20


class Stand(StrEnum):
    """What silence, or a "no", comes to: the doubt with which its verdict stands, or that it does not stand yet."""

    SURE = ""  #: it stands
    UNVERIFIED = Doubt.UNVERIFIED  #: it stands, but nobody of its own network vouches for it, or too few do
    LOSSY = Doubt.LOSSY  #: it stands for want of anything better: loss was seen, and could not be ruled out
    FLIPPED = Doubt.FLIPPED  #: it stands as far as it goes: its own attempts contradict each other
    AGAIN = "again"  #: not yet: probe again
    ASK_MORE = "ask more"  #: not yet: ask more responders, and never the target

    @property
    def doubt(self) -> str:
        """What the row says of a verdict that stands: a `Doubt`, or empty."""
        return Doubt(self) if self else ""


def most_attempts(wanted: int) -> int:
    """How many attempts a target has at most; `wanted`: at least."""
    return max(MOST_ATTEMPTS, wanted)


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
    `few`: at the present rate fewer were asked than a single attempt must have beside it.
    """
    given_up = Stand.LOSSY if lossy else Stand.UNVERIFIED
    if attempts < wanted or not full:
        return Stand.AGAIN if attempts < most_attempts(wanted) else given_up
    if wanted == 1:
        if lossy or losses is None:
            return given_up
        if few and not exhausted:
            return Stand.ASK_MORE
        return Stand.UNVERIFIED if few and doubtful(targets, losses, ENOUGH_OF_FEW) else Stand.SURE
    if losses is None:
        return Stand.UNVERIFIED
    if hopeless:
        return given_up
    if not doubtful(targets, losses) or (exhausted and not lossy):
        return Stand.SURE
    return Stand.AGAIN if attempts < most_attempts(wanted) and not spent else given_up


def vouched(*, attempts: int, wanted: int, targets: int, losses: list[float], lossy: bool, witnesses: bool) -> Stand:
    """Whether the target's own network bears out a timeout that stands as far as the way goes.

    `losses` are 1 for each attempt that nobody of its network vouches for; `witnesses`: somebody of it answers, and may
    be asked again beside one more attempt.
    """
    if not doubtful(targets, losses) or (wanted == 1 and losses[-1] < 1.0):
        return Stand.SURE
    if witnesses and wanted > 1 and attempts < most_attempts(wanted):
        return Stand.AGAIN
    return Stand.UNVERIFIED if lossy or doubtful(targets, losses, ENOUGH_OF_FEW) else Stand.SURE
