"""What must never be touched, as questions: may this address be probed, and at which ports may it not?

The space subtracts excludes while it is cut (`build.py`); this is for addresses that turn up later, when a name has
been resolved, and for names themselves. There may be a hundred thousand excludes and as many questions, so the excludes
are cut into cells first (`line_cuts.py`): a question is one bisect, however many excludes there are.
"""

from bisect import bisect_right

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import V6
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import HostName
from scanner.targets.space.line_cuts import Cover, cut
from scanner.targets.space.line_ranges import Line, LineRanges, joined

#: Ports that an exclude names; None for all.
Ports = tuple[int, ...] | None
#: The most ports looked at where excludes with different port lists overlap: a second's work.
_MOST_UNITED = 20_000_000


class Excluder:
    """All excludes of a scan. `everywhere` are the ports excluded on any host; the answers to the other questions come
    on top of these, and do not repeat them.

    Errors: TargetError where so many excludes overlap that nobody could wait for the answers.
    """

    def __init__(self, excludes: list[Exclude]) -> None:
        everywhere: set[int] = set()
        names: dict[str, set[int] | None] = {}
        #: The ranges of each line by the ports that are excluded there; under one key they neither overlap nor touch.
        self._groups: dict[Line, dict[Ports, LineRanges]] = {}
        for exclude in excludes:
            if exclude.hosts is None:
                everywhere.update(exclude.ports or ())
            for host in exclude.hosts or ():
                if isinstance(host, HostName):
                    _add_name(names, name_key(host.text), exclude.ports)
                else:
                    groups = self._groups.setdefault((host.family, host.scope), {})
                    groups.setdefault(exclude.ports, []).append((host.first, host.last))
        self.everywhere = frozenset(everywhere)
        self._names = {name: None if ports is None else frozenset(ports) for name, ports in names.items()}
        for groups in self._groups.values():
            for ports, ranges in groups.items():
                groups[ports] = joined(ranges)
        self._cells = {line: _Cells(groups) for line, groups in self._groups.items()}

    def ranges(self, line: Line) -> dict[Ports, LineRanges]:
        """What is excluded on a line of addresses: ranges by their ports."""
        found: dict[Ports, LineRanges] = {}
        for each in _lines(line):
            for ports, ranges in self._groups.get(each, {}).items():
                found[ports] = joined([*found[ports], *ranges]) if ports in found else ranges
        return found

    def at_address(self, line: Line, number: int) -> frozenset[int] | None:
        """The ports that must not be probed at an address, besides those excluded everywhere; None if it must not be
        touched at all."""
        found: frozenset[int] = frozenset()
        for each in _lines(line):
            if each in self._cells:
                some = self._cells[each].at(number)
                if some is None:
                    return None
                found = found | some if found and some else found or some
        return found

    def at_name(self, name: str) -> frozenset[int] | None:
        """The same for a name, whatever its addresses."""
        return self._names.get(name_key(name), frozenset())


class _Cells:
    """One line of addresses, cut wherever an exclude begins or ends."""

    def __init__(self, groups: dict[Ports, LineRanges]) -> None:
        self._ports = list(groups)
        spans = [(*span, number) for number, ranges in enumerate(groups.values()) for span in ranges]
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._covers: list[Cover] = []
        for cover, first, last in cut(spans):
            self._firsts.append(first)
            self._lasts.append(last)
            self._covers.append(cover)
        united = sum(len(self._ports[number] or ()) for cover in set(self._covers) for number in cover if cover[1:])
        if united > _MOST_UNITED:
            raise TargetError("too many excludes with long port lists overlap; exclude whole hosts, or join them")
        self._known: dict[Cover, frozenset[int] | None] = {}

    def at(self, number: int) -> frozenset[int] | None:
        at = bisect_right(self._firsts, number) - 1
        if at < 0 or number > self._lasts[at]:
            return frozenset()
        cover = self._covers[at]
        if cover not in self._known:
            lists = [self._ports[number] for number in cover]
            self._known[cover] = None if None in lists else frozenset().union(*(ports or () for ports in lists))
        return self._known[cover]


def _add_name(names: dict[str, set[int] | None], name: str, ports: Ports) -> None:
    known = names.setdefault(name, set())
    if ports is None or known is None:
        names[name] = None
    else:
        known.update(ports)


def _lines(line: Line) -> tuple[Line, ...]:
    """The lines whose excludes hold on this one: an IPv6 exclude without an interface holds on every interface."""
    return (line,) if line[0] != V6 or not line[1] else (line, (V6, 0))


def name_key(name: str) -> str:
    """One key for names that differ only in case or a trailing dot: to excludes they are the same host."""
    return name.lower().removesuffix(".")
