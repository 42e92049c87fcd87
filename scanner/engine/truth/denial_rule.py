"""When does a "no" stand? What somebody on the way says (an ICMP error) may be otherwise in a moment. Pure.

A route that flaps says "net-unreachable" for a second; of two ways, chosen by a hash of the ports, one may reject. So
a "no" that may pass (`verdict.kind_of_no`) is an attempt, asked again as silence is: within the retries, when the
attempt's own wait would have ended. Whoever answers in the end is open or refused, with the doubt `flipped`. If all
attempts were used up:

* The best "no" is the one heard most often, of equals the latest. Silence beside it says nothing (ICMP is
  rate-limited).
* If the known responders of the path, asked at the same time, answer as they did before, it stands.
* If some of them meet a "no" as well, or targets of its network were answered after one, then a "no" comes by chance:
  p of the probes to those who answer meet one. It stands when that can no longer explain it, targets x p^noes <= 0.005.
  Silence of theirs counts as a "no": routers send one ICMP error a second or so, and keep the rest to themselves. Where
  few were asked, what all others on the way met counts as well, and a few more of them are asked.
* If those of its own network (`network_evidence.py`) all meet one, the way is gone for everybody: no use in asking the
  target. It waits for them to answer, ten seconds at most, and is asked again then.
* If nobody was heard yet, it waits as long as silence would, for somebody who can tell. Then it is asked once more
  beside him, or, if there is still nobody, it stands.
* If its own noes differ (another reason; the target itself and somebody before it), it is asked four times more.

What is given up by then stands with a doubt: `flipped` if its own noes differ, else `unverified`, for nobody can vouch
for it. With `-r 0` nothing is asked again, but the doubt is reported, whoever on the way gives cause for it.
"""

from collections import Counter
from collections.abc import Sequence

from scanner.engine.flight.probe import BareTrial, Denial
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.loss_estimate import ENOUGH, SMALL_COHORT, estimate
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.stands import Stand, most_attempts
from scanner.model import ANSWERED, Doubt

_MORE = 4
_GONE_S = 10.0


def best(denials: Sequence[Denial]) -> Denial:
    """The one that stands for them all: the most frequent verdict, of equals the latest."""
    times = Counter(denial.verdict for denial in denials)
    return max(denials, key=lambda denial: (times[denial.verdict], denial.attempt))


def differ(denials: Sequence[Denial], target: str) -> bool:
    """Whether they contradict each other: for another reason, or from `target` itself and from somebody else."""
    return len({(denial.verdict.reason, denial.verdict.icmp_from == target) for denial in denials}) > 1


def share(cohort: Cohort | None, network: Network, path: Path, *, single: bool = False) -> float:
    """Which part of the probes to those who answer meets a "no", as far as known; 0: nothing says that any does.

    `single`: the target is asked only once, so that whatever was seen on the whole path counts.
    """
    if gone(cohort, network):
        return 1.0
    seen = [(network.noes, network.noes + network.yeses)]
    if cohort is not None:
        seen.append((cohort.noes + cohort.lost, cohort.count))
    if single or thin(cohort) or network.yeses < SMALL_COHORT:
        counts = path.counts
        met = counts.noes + counts.missed + counts.lost
        seen.append((met, met + max(0, counts.answers - counts.denied)))
    return max((estimate(met, probes) for met, probes in seen if met), default=0.0)


def thin(cohort: Cohort | None) -> bool:
    """Whether so few were asked that all of them may have had luck."""
    return cohort is None or cohort.count < SMALL_COHORT


def gone(cohort: Cohort | None, network: Network) -> bool:
    """Whether the known responders of a network met nothing but noes."""
    return cohort is not None and cohort.witnesses.denied[network] > 0 and network not in cohort.witnesses.vouched


def evaluate(cohort: Cohort) -> None:
    """A cohort is evaluated: is the way gone for everybody of a network?"""
    for network in cohort.witnesses.vouched:
        network.denied(None)
    for network in cohort.witnesses.denied:
        if network.denied_since is None and gone(cohort, network):
            network.denied(cohort.opened)


def worth_waiting(cohort: Cohort | None, network: Network, now: float) -> bool:
    """Whether the way is gone for everybody of a network, and not for too long."""
    since = network.denied_since
    return gone(cohort, network) and since is not None and now - since < _GONE_S


def stand(*, attempts: int, noes: int, wanted: int, differed: bool, targets: int, chance: float) -> Stand:
    """What a "no" comes to.

    All attempts were made that its user asked for (`wanted`, at least; 1 means exactly one), `noes` of them met one.
    `differed`: they contradict each other. `chance`: `share`, among `targets` targets.
    """
    if wanted == 1:
        return given_up(differed=differed) if differed or chance else Stand.SURE
    if differed:
        return Stand.AGAIN if attempts < min(wanted + _MORE, most_attempts(wanted)) else Stand.FLIPPED
    if targets * chance**noes <= ENOUGH:
        return Stand.SURE
    return Stand.AGAIN if attempts < most_attempts(wanted) else Stand.UNVERIFIED


def given_up(*, differed: bool) -> Stand:
    """What a "no" comes to that cannot be settled: its own attempts were answered differently, or others' were."""
    return Stand.FLIPPED if differed else Stand.UNVERIFIED


def doubt_of_answer(trial: BareTrial) -> str:
    """The doubt of a target that was answered otherwise, or silent, before it was open or refused."""
    if trial.denials:
        return Doubt.FLIPPED
    answered = trial.verdict is not None and trial.verdict.state in ANSWERED
    return Doubt.FLIPPED if answered and trial.attempts > 1 and trial.answered > 1 else ""
