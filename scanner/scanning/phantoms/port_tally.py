"""One port at the addresses of a range: how many are open, how many answer nothing else, and what follows. Pure.

The rule is that of `intercepted.py`. Whether an open port is all that a host answers is known where all its other
targets were asked; for the rest a sample may show it (`host_sample.py`). Otherwise there is no evidence and no doubt.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from scanner.scanning.phantoms.address_ranges import LEAST, Spot
from scanner.scanning.phantoms.earlier_rows import PortCount
from scanner.scanning.phantoms.host_sample import Sample, answers_elsewhere
from scanner.scanning.phantoms.one_host import OpenHost
from scanner.scanning.phantoms.port_counts import NEARLY_ALL

SUSPICIOUS = 24  #: a sample is asked as soon as there are this many: it takes its time
PASSED_S = 1.0  #: no row is kept this long
NEVER = float("inf")


class Part:
    """The addresses of a range in one /24: where the port is open, how many are something else, or silent so far.

    `intercepted`: whether it is, as of the last look; None: may still become either. `spreads`: hosts that may still
    answer elsewhere are taken to be like the others. `judged` is as of that look too. `since`: when the port was first
    open here. `everywhere`: it is open at nearly every address that was judged. `ports_everywhere`: how many ports are,
    this one included; `ports_possible`: how many may be. `earlier`: what earlier runs found.
    """

    __slots__ = (
        "earlier",
        "everywhere",
        "intercepted",
        "judged",
        "least",
        "opens",
        "others",
        "ports_everywhere",
        "ports_possible",
        "sample",
        "silent",
        "since",
        "size",
        "spreads",
        "suspicious",
    )  # fmt: skip

    def __init__(self, size: int, sample: Sample, least: int) -> None:
        self.size = size
        self.least = least
        self.sample = sample
        self.since = NEVER
        self.opens: list[OpenHost] = []
        self.earlier: PortCount = (0, 0, 0, 0)
        self.others = self.silent = self.judged = 0
        self.intercepted: bool | None = None
        self.spreads = self.suspicious = False
        self.everywhere: bool | None = None  # None: too few to tell
        self.ports_everywhere = self.ports_possible = 1

    def was(self, earlier: PortCount) -> None:
        """That is what earlier runs found of the port here."""
        self.earlier = earlier
        self.others += earlier[2]

    def opened(self, host: OpenHost, now: float) -> None:
        """The port is open at this host."""
        self.opens.append(host)
        self.since = min(self.since, now)

    def shut(self) -> None:
        """It is something else at one address."""
        self.others += 1

    def shut_at_least(self, count: int) -> None:
        """It was something else at `count` addresses in this run, as far as is remembered."""
        self.others = max(self.others, self.earlier[2] + count)

    def compare(self, everywhere: list[bool | None]) -> None:
        """Take in `everywhere` of all ports that are open here, including this one."""
        self.ports_everywhere = max(1, everywhere.count(True))
        self.ports_possible = max(1, len(everywhere) - everywhere.count(False))

    def forget_hosts(self) -> int:
        """It is decided, so nobody asks for them any more. Returns how many there were."""
        count, self.opens = len(self.opens), []
        return count

    def count_silent(self, count: int) -> None:
        """`count` are in flight and overdue. Others may await another attempt: silence ends only with a verdict."""
        opens = len(self.opens) + self.earlier[0]
        judged = opens + self.others
        self.silent = max(count, self.silent - (judged - self.judged))
        self.judged = judged
        most = opens >= NEARLY_ALL * (judged + self.silent)
        self.everywhere = (opens >= min(SUSPICIOUS, self.least, NEARLY_ALL * self.size) or None) if most else False

    def alone(self) -> list[OpenHost]:
        """The hosts that have answered at no other port, as far as is known."""
        return [host for host in self.opens if not answers_elsewhere(host, self.ports_possible)]

    def count(self) -> "Count":
        """The count as of now; it leaves out whether the sample is enough to go by."""
        alone = self.alone()
        unasked = sum([host.ports.may_answer for host in alone])
        opens, were_alone, _, _ = self.earlier
        return Count(len(self.opens) + opens, len(alone) + were_alone, self.others, self.silent, unasked)

    def judge(self, before: float) -> "Count":
        """Decide as of now; returns what that is based on. `before`: see `PortTally.judge`."""
        count, silent = self.count(), self.sample.silent(self.ports_possible)
        early = self.since > before
        was_said = self.earlier[3] > 0  # so it stays until something speaks against it
        self.intercepted, self.spreads = _judge(
            self.size, count, self.sample, silent=silent, early=early, least=0 if was_said else self.least
        )
        self.spreads = self.spreads or was_said
        self.suspicious = is_suspicious(count, self.least)
        return count


class PortTally:
    """One port in one stretch. `live`: rows are counted, as long as any part or the whole may be intercepted."""

    __slots__ = ("intercepted", "latest", "least", "live", "parts", "recalled", "since", "size", "spreads")

    def __init__(self, size: int, now: float, least: int = LEAST) -> None:
        self.size = size
        self.least = least
        self.since = self.latest = now
        self.parts: dict[int, Part] = {}
        self.live = True
        self.recalled = self.spreads = False
        self.intercepted: bool | None = None

    def part(self, spot: Spot, sample: Callable[[Spot], Sample]) -> Part:
        """The part that an address lies in; `sample` gives the sample of a new part."""
        found = self.parts.get(spot.part)
        if found is None:
            found = self.parts[spot.part] = Part(spot.part_size, sample(spot), self.least)
        return found

    def opened(self, part: Part, host: OpenHost, now: float) -> None:
        """The port is open at this host, in one of its parts."""
        part.opened(host, now)
        self.latest = now

    def reopen(self) -> None:
        """It was decided, but not for a part of which nothing was known."""
        self.live, self.recalled = True, False

    def recall(self, counted: Mapping[int, int]) -> None:
        """Take in how many addresses of each part were something else before any was open, as far as is remembered."""
        self.recalled = True
        for number, count in counted.items():
            self.parts[number].shut_at_least(count)

    def judge(self, before: float) -> None:
        """Decide on its parts and on the whole. Where the port was first open after `before`, it is too soon
        for silence to mean anything."""
        whole, hopeless = Count(), True
        asked: list[OpenHost] = []
        for part in self.parts.values():
            count = part.judge(before)
            hopeless = hopeless and (not (part.opens or part.earlier[0]) or is_hopeless(part.size, count, self.least))
            whole = Count(*map(sum, zip(whole, count, strict=True)))
            asked += part.sample.hosts
        sample = Sample(asked)
        silent = sample.silent(max([part.ports_possible for part in self.parts.values()], default=1))
        early = self.since > before
        self.intercepted, self.spreads = _judge(self.size, whole, sample, silent=silent, early=early, least=self.least)
        complete = whole.opens + whole.others >= self.size
        passed = not whole.unasked or self.latest < before - PASSED_S
        self.live = not ((complete and passed) or (hopeless and is_hopeless(self.size, whole, self.least)))


class Count(NamedTuple):
    """How many addresses of a range are open at a port; of these, answer nothing else; are judged to be something else;
    are silent although an answer should have come; of those alone, may still answer elsewhere."""

    opens: int = 0
    alone: int = 0
    others: int = 0
    silent: int = 0
    unasked: int = 0


def is_hopeless(size: int, count: Count, least: int = LEAST) -> bool:
    """Whether a port can no longer turn out to be intercepted, whatever the rest of the addresses answer. `least`: so
    many addresses say something."""
    to_come = size - count.opens - count.others
    return count.others > (1.0 - NEARLY_ALL) * size or count.alone + count.others + to_come < least


def is_intercepted(size: int, count: Count, *, early: bool = False, least: int = LEAST) -> bool | None:
    """Intercepted or not, as of now; None where it is worth waiting for the next answers, including where it is too
    early to know which addresses are silent.

    Silence alone is not a lasting no: it may be loss.
    """
    if is_hopeless(size, count, least) or count.silent > count.opens:
        return False
    if early and count.opens + count.others < size:
        return None
    enough = count.alone - count.unasked + count.others >= least
    return True if enough and count.alone > count.unasked and _most_are_alone(count) else None


def is_suspicious(count: Count, least: int = LEAST) -> bool:
    """Whether it looks intercepted, but many of those hosts may still answer at another port."""
    return count.unasked >= min(SUSPICIOUS, least) and _most_are_alone(count)


def _most_are_alone(count: Count) -> bool:
    return count.alone >= NEARLY_ALL * (count.alone + count.others + count.silent)


def _judge(
    size: int, count: Count, sample: Sample, *, silent: bool, early: bool, least: int
) -> tuple[bool | None, bool]:
    """Whether it is intercepted, and whether that holds for hosts that may still answer elsewhere too: because the
    sample is `silent`, or because few of those that were asked did answer."""
    spreads = silent or 3 * (count.opens - count.alone) <= count.alone - count.unasked
    said = is_intercepted(size, count._replace(unasked=0) if silent else count, early=early, least=least)
    return (False if said is None and sample.real else said), spreads
