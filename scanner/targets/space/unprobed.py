"""What is left out of networks and ranges, and counted: addresses that are never probed, though others around them are.

* From every range, unspecified addresses (`words/unspecified.py`).
* From a network written as such, the first and last address of directly attached networks (`attached_ends.py`).
* From ranges far too large for a scan anyway, IPv4 addresses in IPv6 form: they belong to IPv4, and are not counted.

A range of nothing else is a mistake that the grammar reports (`hosts.py`). One of every address there is (`0.0.0.0/0`,
a spreadsheet's "any") is hardly ever meant, and so must be allowed explicitly.
"""

from scanner.machine.attached_ends import attached_ends
from scanner.targets.grammar.addresses import HIGHEST, MAPPED, UNSPECIFIED, V4, V6
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.space.line_ranges import LineRanges, joined, without
from scanner.targets.space.target_space import MOST_TARGETS


class Unprobed:
    """Leaves such addresses out, and counts each once, however many ranges hold it. `ends`: those of `attached_ends`;
    read when needed, if None."""

    def __init__(self, ends: frozenset[int] | None = None) -> None:
        self._ends = ends
        self._left_out: set[int] = set()
        self._unspecified: dict[int, LineRanges] = {}

    def left(self, host: AddressRange) -> LineRanges:
        """The ranges that remain of a host."""
        first, last = host.first, host.last
        if first <= UNSPECIFIED[host.family]:
            first = self._specified(host)
        ranges = [(first, last)] if first <= last else []
        if host.family == V6 and first < MAPPED[0] and MAPPED[1] < last:
            ranges = [(first, MAPPED[0] - 1), (MAPPED[1] + 1, last)]
        if host.network and host.family == V4 and host.last - host.first >= 3:
            ends = self._ends_within(host)
            ranges = [part for low, high in ranges for part in without(low, high, ends)]
        return ranges

    def _specified(self, host: AddressRange) -> int:
        """The first address after the unspecified ones."""
        last = min(host.last, UNSPECIFIED[host.family])
        self._unspecified.setdefault(host.family, []).append((host.first, last))
        return last + 1

    def _ends_within(self, host: AddressRange) -> list[int]:
        if self._ends is None:
            self._ends = attached_ends()
        ends = [end for end in self._ends if host.first <= end <= host.last]
        self._left_out.update(ends)
        return ends

    @property
    def ends(self) -> int:
        """How many ends of attached networks were left out."""
        return len(self._left_out)

    @property
    def unspecified(self) -> int:
        """How many unspecified addresses were left out."""
        return sum(last - first + 1 for ranges in self._unspecified.values() for first, last in joined(ranges))


def is_any(host: AddressRange) -> bool:
    """Whether it is every address of its family."""
    return host.first == 0 and host.last == HIGHEST[host.family]


def any_refused(host: AddressRange) -> str:
    """What to say about it where nobody allowed it."""
    if host.family == V4:
        return "0.0.0.0/0 is every IPv4 address there is; add --allow-any (in Python allow_any=True) if that is meant"
    return (
        "::/0 is every IPv6 address there is; write smaller networks, or add --allow-any (in Python allow_any=True) "
        f"and excludes that leave {MOST_TARGETS:,} targets at most"
    )
