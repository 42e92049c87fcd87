"""Whose port comes next, once every host has been asked for its first: hosts that have answered anything go ahead.

Most addresses of a network are nobody's, and each of their ports takes a whole timeout, twice. So the ports of those
who answer are found in the first seconds, and nothing is left out: only the order changes. Among those who answer, and
among those who do not, it stays level by level: one port of each host, then the next, those furthest behind first.
Which port is the next is for each host's own order to say.

Who answers, the engine notes at each place (`Note.answers`). Looking it up costs little, and is done for all who are
silent once for every few endpoints that go out.
"""

from collections.abc import Sequence

from scanner.model import Endpoint, Place
from scanner.targets.space.port_table import PortTable

#: A host and its ports; the positions of these in the order of their turns, and where in that the host begins
#: (`port_turns.py`).
TurningHost = tuple[Place, PortTable, Sequence[int], int]
_LOOK_EVERY = 0.25  # of so many as are silent: endpoints that go out between two looks at them
_AT_LEAST, _A_CALL = 256, 64  # but so many, where each call counts for some even if nothing goes out


class HostQueue:
    """Hosts, in groups by the level of their next port; its length is how many hosts."""

    def __init__(self) -> None:
        self._groups: dict[int, list[TurningHost]] = {}
        self._at: dict[int, int] = {}  # how many of a group have gone

    def __len__(self) -> int:
        return sum(map(len, self._groups.values())) - sum(self._at.values())

    def __bool__(self) -> bool:
        return bool(self._groups)

    def add(self, level: int, rows: list[TurningHost]) -> None:
        """These go on with that level."""
        group = self._groups.get(level)
        if group is None:
            self._groups[level] = rows
        else:
            group += rows

    def next(self, n: int) -> tuple[range, list[TurningHost]]:
        """Those who are furthest behind, and which levels are theirs: at most `n` endpoints, at least one. They are not
        in the queue any more. Only where there are some."""
        level = min(self._groups)
        at = self._at.pop(level, 0)
        group = self._groups.pop(level)
        left = len(group) - at
        if left > n:
            self._groups[level], self._at[level] = group, at + n
            return range(level, level + 1), group[at : at + n]
        rows = group[at:] if at else group
        levels = n // left
        if levels > 1:
            levels = min(levels, min(len(table.ports) for _, table, _, _ in rows) - level)
            levels = min([levels, *(other - level for other in self._groups)])
        return range(level, level + max(1, levels)), rows

    def take_out_answering(self) -> list[tuple[int, list[TurningHost]]]:
        """Those who have answered by now, by level. They are not in the queue any more."""
        out = []
        for level in list(self._groups):
            rows = self._groups[level][self._at.pop(level, 0) :]
            answering = [row for row in rows if row[0].note.answers]
            if answering:
                out.append((level, answering))
                rows = [row for row in rows if not row[0].note.answers]
            if rows:
                self._groups[level] = rows
            else:
                del self._groups[level]
        return out

    def has(self, place: Place, port: int) -> bool:
        """Whether a port of a host is still to come. Slow."""
        for level, group in self._groups.items():
            for other, table, order, begins in group[self._at.get(level, 0) :]:
                if other is place:
                    ports = table.ports
                    return port in ports and (order.index(ports.index(port)) - begins) % len(ports) >= level
        return False


class HostOrder:
    """The ports of these hosts from the second on; its length is how many hosts have some left."""

    def __init__(self, rows: list[TurningHost]) -> None:
        self._answering, self._silent = HostQueue(), HostQueue()
        self._silent.add(1, [row for row in rows if len(row[1].ports) > 1])
        self._since_look = _AT_LEAST

    def __len__(self) -> int:
        return len(self._answering) + len(self._silent)

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next endpoints, at most `n`; `ahead`: those alone whose hosts have answered."""
        self._look()
        out: list[Endpoint] = []
        while len(out) < n:
            queue = self._answering or self._silent
            if not queue or (ahead and queue is self._silent):
                break
            levels, rows = queue.next(n - len(out))
            out += [
                Endpoint(place, table.ports[at := order[begins + level]], table.shared or table.requests(at))
                for level in levels
                for place, table, order, begins in rows
            ]
            self._go_on(queue, levels.stop, rows)
        self._since_look += _A_CALL + len(out)
        return out

    def _go_on(self, queue: HostQueue, level: int, rows: list[TurningHost]) -> None:
        """They have had all ports before that level."""
        rows = [row for row in rows if len(row[1].ports) > level]
        if rows:
            queue.add(level, rows)

    def _look(self) -> None:
        """Whoever has answered since the last look goes ahead from now on."""
        if self._since_look >= max(_AT_LEAST, _LOOK_EVERY * len(self._silent)):
            self._since_look = 0
            for level, rows in self._silent.take_out_answering():
                self._answering.add(level, rows)

    def is_out(self, place: Place, port: int) -> bool:
        """Whether that port of a host has gone out. Slow, for rare cases."""
        return not (self._answering.has(place, port) or self._silent.has(place, port))
