"""What must never be touched, as questions: may this address be probed, and at which ports not?

The space subtracts excludes while it is cut (`build.py`); this is for addresses that turn up later, when a name was
resolved, and for names themselves.
"""

from bisect import bisect_right
from collections.abc import Iterable

from scanner.targets.address import V6
from scanner.targets.grammar import Exclude
from scanner.targets.hosts import Name, Span

#: Ports that an exclude names; None for all.
Ports = tuple[int, ...] | None
Line = tuple[int, int]
Ranges = list[tuple[int, int]]

_BEYOND = 1 << 128  # more than any address


class Excluder:
    """All excludes of a scan. `everywhere` are ports that are excluded on any host."""

    def __init__(self, excludes: list[Exclude]) -> None:
        self.everywhere: frozenset[int] = frozenset()
        self.names: dict[str, list[Ports]] = {}
        self.spans: list[tuple[Span, Ports]] = []
        for exclude in excludes:
            self._sort_in(exclude)
        self._groups: dict[Ports, dict[Line, Ranges]] = {}
        for span, ports in self.spans:
            lines = self._groups.setdefault(ports, {})
            lines.setdefault((span.family, span.scope), []).append((span.first, span.last))
        for lines in self._groups.values():
            for line, ranges in lines.items():
                lines[line] = joined(ranges)

    def _sort_in(self, exclude: Exclude) -> None:
        if exclude.hosts is None:
            self.everywhere |= frozenset(exclude.ports or ())
            return
        for host in exclude.hosts:
            if isinstance(host, Name):
                self.names.setdefault(name_key(host.text), []).append(exclude.ports)
            else:
                self.spans.append((host, exclude.ports))

    def at_address(self, line: Line, number: int) -> frozenset[int] | None:
        """The ports that must not be probed at an address; None if it must not be touched at all.

        An IPv6 exclude without an interface holds on every interface.
        """
        found = self.everywhere
        for ports, lines in self._groups.items():
            if any(_inside(lines.get(each), number) for each in {line, (line[0], 0)}):
                if ports is None:
                    return None
                found |= frozenset(ports)
        return found

    def at_name(self, name: str) -> frozenset[int] | None:
        """The ports that must not be probed at a name, whatever its addresses; None for all."""
        found = self.everywhere
        for ports in self.names.get(name_key(name), ()):
            if ports is None:
                return None
            found |= frozenset(ports)
        return found


def applies(exclude: Span, line: Line) -> bool:
    """Whether an exclude's range lies on this line of addresses."""
    if exclude.family != line[0]:
        return False
    return exclude.scope == line[1] or (exclude.family == V6 and not exclude.scope)


def name_key(name: str) -> str:
    """Names that differ only in case or in a trailing dot are the same host for excludes."""
    return name.lower().removesuffix(".")


def joined(ranges: Ranges) -> Ranges:
    """The same addresses as ascending ranges that neither overlap nor touch."""
    out: Ranges = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            if last > out[-1][1]:
                out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out


def without(first: int, last: int, left_out: Iterable[int]) -> Ranges:
    """The range from first to last, less some numbers."""
    ranges = []
    for number in sorted(number for number in left_out if first <= number <= last):
        if first < number:
            ranges.append((first, number - 1))
        first = number + 1
    return [*ranges, (first, last)] if first <= last else ranges


def _inside(ranges: Ranges | None, number: int) -> bool:
    if not ranges:
        return False
    at = bisect_right(ranges, (number, _BEYOND)) - 1
    return at >= 0 and number <= ranges[at][1]
