"""Which entries of the user's list some blocked targets belong to, in bounded memory. Pure.

An entry goes by the name that its user gave it; one without a name by the host as written, with the ports that are
blocked there. Those with a target that is not as expected come first: they are why anybody asks.
"""

import re
from collections.abc import Iterator

from scanner.model import Result

#: Ports of a host are named while they are so many, or in so many ranges; else they are counted.
_FEW_PORTS = 8


_Ports = tuple[int, ...] | int  # which, or of many how many


class _BlockedEntry:
    """One of them: its place in the list, whether a target of it is unmet; of one without a name its ports."""

    __slots__ = ("order", "ports", "unmet")

    def __init__(self, order: int) -> None:
        self.order = order
        self.unmet = False
        self.ports: _Ports = ()

    def add(self, order: int, ports: _Ports, most: int, *, unmet: bool) -> None:
        """One target more, or several. `most`: so many ports are kept."""
        self.order = min(order, self.order)
        self.unmet |= unmet
        if isinstance(self.ports, int) or isinstance(ports, int):
            self.ports = sum(each if isinstance(each, int) else len(each) for each in (self.ports, ports))
        else:
            both = tuple({*self.ports, *ports})
            self.ports = both if len(both) <= most else len(both)

    def has(self, order: int, port: int, *, unmet: bool) -> bool:
        """Whether one target more changes nothing, or no more than the number of ports. `port`: 0 where its name is
        enough."""
        if order < self.order or (unmet and not self.unmet):
            return False
        if not port:
            return True
        if isinstance(self.ports, int):
            self.ports += 1
            return True
        return port in self.ports

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

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[_Name, _BlockedEntry] = {}
        self._met = 0  # how many of them have no unmet target
        self._whole = True

    def add(self, result: Result) -> None:
        """Takes a blocked target: of a million of them, nearly all are of an entry that is known."""
        request, unmet = result.request, result.met is False
        name = (request.name, "") if request.name else ("", request.host or result.place.address)
        known = self._known.get(name)
        if known is not None and known.has(request.order, 0 if request.name else result.port, unmet=unmet):
            return
        self._add(name, request.order, () if request.name else (result.port,), unmet=unmet)

    def merge(self, other: "BlockedEntries") -> None:
        """Takes all of another's."""
        self._whole &= other._whole
        for name, entry in other._known.items():
            self._add(name, entry.order, entry.ports, unmet=entry.unmet)

    def _add(self, name: _Name, order: int, ports: _Ports, *, unmet: bool) -> None:
        entry = self._known.get(name)
        if entry is None:
            if len(self._known) >= self._most:
                self._whole = False
                if not (unmet and self._met):
                    return
                del self._known[next(name for name, each in self._known.items() if not each.unmet)]
                self._met -= 1
            entry = self._known[name] = _BlockedEntry(order)
            self._met += 1
        self._met -= unmet and not entry.unmet
        entry.add(order, ports, self._most, unmet=unmet)

    def texts(self, most: int) -> tuple[list[str], int | None]:
        """What the first `most` are known by, and how many more there are; None: more than were counted."""
        order = sorted(self._known.items(), key=lambda item: (not item[1].unmet, item[1].order, _natural(item[0])))
        more = len(order) - most if len(order) > most else 0
        return [entry.text(*name) for name, entry in order[:most]], more if self._whole else None


def _natural(name: _Name) -> list[tuple[int, str]]:
    """A sort key: numbers by their value."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]{1,9})", "".join(name))]


def _ranges(ports: tuple[int, ...]) -> Iterator[str]:
    """`80`, `8000-8003`."""
    runs: list[list[int]] = []
    for port in sorted(ports):
        if runs and port == runs[-1][1] + 1:
            runs[-1][1] = port
        else:
            runs.append([port, port])
    for first, last in runs:
        yield str(first) if first == last else f"{first}-{last}"
