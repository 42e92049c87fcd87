"""Which entries of the user's list some blocked targets belong to, in bounded memory. Pure.

An entry goes by the name that its user gave it; one without a name by the host as written, with the ports that are
blocked there. Those with a target that is not as expected come first: they are why anybody asks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from scanner.model import Result

#: Ports of a host are named while they are so many, or in so many ranges; else they are counted.
_FEW_PORTS = 8


_Ports = dict[int, int] | int  # how many targets each has, or of many ports how many


class _BlockedEntry:
    """One of them: its place in the list, how many targets and unmet ones it has, and its ports if it has no name."""

    __slots__ = ("order", "ports", "targets", "unmet")

    def __init__(self, order: int, targets: int = 0, unmet: int = 0, ports: _Ports | None = None) -> None:
        self.order = order
        self.targets = targets
        self.unmet = unmet
        self.ports: _Ports = {} if ports is None else ports

    def count(self, order: int, port: int, most: int, *, unmet: bool) -> None:
        """One target more. `port`: 0 where its name is enough; `most`: so many ports are kept."""
        self.targets += 1
        self.unmet += unmet
        self.order = min(order, self.order)
        if not port:
            return
        if isinstance(self.ports, int):
            self.ports += 1
            return
        self.ports[port] = self.ports.get(port, 0) + 1
        if len(self.ports) > most:
            self.ports = len(self.ports)

    def add(self, other: "_BlockedEntry", most: int) -> None:
        """All of another's."""
        self.targets += other.targets
        self.unmet += other.unmet
        self.order = min(other.order, self.order)
        if isinstance(self.ports, int) or isinstance(other.ports, int):
            self.ports = _many(self.ports) + _many(other.ports)
            return
        both = {port: self.ports.get(port, 0) + other.ports.get(port, 0) for port in (*self.ports, *other.ports)}
        self.ports = both if len(both) <= most else len(both)

    def without(self, other: "_BlockedEntry") -> "_BlockedEntry":
        """What is left where all of another, that it once took, is taken away."""
        ports: _Ports
        if isinstance(self.ports, int) or isinstance(other.ports, int):
            ports = max(1, _many(self.ports) - _many(other.ports))
        else:
            counts = {port: count - other.ports.get(port, 0) for port, count in self.ports.items()}
            ports = {port: count for port, count in counts.items() if count > 0}
        return _BlockedEntry(self.order, self.targets - other.targets, self.unmet - other.unmet, ports)

    def text(self, name: str, host: str) -> str:
        """What people know it by."""
        if name:
            return name
        where = f"[{host}]" if ":" in host else host
        if isinstance(self.ports, int):
            return f"{where} ({self.ports:,} ports)"
        ranges = list(_ranges(self.ports))
        return f"{where}:{','.join(ranges)}" if len(ranges) <= _FEW_PORTS else f"{where} ({len(self.ports):,} ports)"


_Name = tuple[str, str]  # an entry's name, or of one without a name the host


class BlockedEntries:
    """Some entries, at most `most`, and so many ports of each. Of more entries, those with an unmet target are kept
    before others."""

    __slots__ = ("_known", "_met", "_most", "_whole")

    def __init__(self, most: int, known: Mapping[_Name, _BlockedEntry] | None = None, *, whole: bool = True) -> None:
        """`known`: those it has from the start, `whole`: whether these are all that there were."""
        self._most = most
        self._known = dict(known or {})
        self._met = sum(not entry.unmet for entry in self._known.values())  # how many of them have no unmet target
        self._whole = whole

    def add(self, result: Result) -> None:
        """Takes a blocked target."""
        request, unmet = result.request, result.met is False
        name = (request.name, "") if request.name else ("", request.host or result.place.address)
        entry = self._entry(name, request.order, unmet=unmet)
        if entry is not None:
            self._met -= unmet and not entry.unmet
            entry.count(request.order, 0 if request.name else result.port, self._most, unmet=unmet)

    def merge(self, other: "BlockedEntries") -> None:
        """Takes all of another's."""
        self._whole &= other._whole
        for name, theirs in other._known.items():
            entry = self._entry(name, theirs.order, unmet=theirs.unmet > 0)
            if entry is not None:
                self._met -= theirs.unmet > 0 and not entry.unmet
                entry.add(theirs, self._most)

    def without(self, others: "Iterable[BlockedEntries]") -> "BlockedEntries":
        """Those that have a target besides the ones of these others, all of which it has taken before; exact where it
        knows of every entry."""
        left = dict(self._known)
        for name, theirs in (item for other in others for item in other._known.items()):
            if name in left:
                left[name] = left[name].without(theirs)
        known = {name: entry for name, entry in left.items() if entry.targets > 0}
        return BlockedEntries(self._most, known, whole=self._whole)

    def _entry(self, name: _Name, order: int, *, unmet: bool) -> _BlockedEntry | None:
        """That of this name; None where it is one too many."""
        entry = self._known.get(name)
        if entry is None:
            if len(self._known) >= self._most:
                self._whole = False
                if not (unmet and self._met):
                    return None
                del self._known[next(name for name, each in self._known.items() if not each.unmet)]
                self._met -= 1
            entry = self._known[name] = _BlockedEntry(order)
            self._met += 1
        return entry

    def texts(self, most: int) -> tuple[list[str], int | None]:
        """What the first `most` are known by, and how many more there are; None: more than were counted."""
        order = sorted(self._known.items(), key=lambda item: (not item[1].unmet, item[1].order, _natural(item[0])))
        more = len(order) - most if len(order) > most else 0
        return [entry.text(*name) for name, entry in order[:most]], more if self._whole else None


def _natural(name: _Name) -> list[tuple[int, str]]:
    """A sort key: numbers by their value."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]{1,9})", "".join(name))]


def _many(ports: _Ports) -> int:
    return ports if isinstance(ports, int) else len(ports)


def _ranges(ports: Iterable[int]) -> Iterator[str]:
    """`80`, `8000-8003`."""
    runs: list[list[int]] = []
    for port in sorted(ports):
        if runs and port == runs[-1][1] + 1:
            runs[-1][1] = port
        else:
            runs.append([port, port])
    for first, last in runs:
        yield str(first) if first == last else f"{first}-{last}"
