"""The target space: a count and a pick. A /8 is one block of it, not sixteen million objects.

Every (address, port) has one index, whichever entries name it. The order is level by level: the first port of
every address, then the second port of every address that has two, and so on, so that no host gets its ports in one
burst. Addresses with the most ports come first; those with fewer drop out at the end of their list, so the addresses
of every level are a prefix of those of the level before. A *segment* is a run of levels with the same prefix: one
bisect over the segments, one divmod and one bisect over the blocks find an index.

`take` is on the scanner's hot path. It makes endpoints with list comprehensions, whole levels at once.
"""

import copy
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from scanner.errors import TargetError
from scanner.model import Endpoint, Place
from scanner.targets.space.blocks import Block, Owned
from scanner.targets.space.host_rows import HostRow, HostRows
from scanner.targets.space.line_ranges import Line

#: The most targets in one scan: years, at any rate.
MOST_TARGETS = 1 << 40
#: The most addresses with several ports that are kept as Place objects; beyond that, each endpoint gets a new one.
MOST_KEPT = 1 << 17


class Space:
    """All targets whose addresses are known: `count` them, `pick` one, or `take` a run."""

    def __init__(self, blocks: Iterable[Block | Owned]) -> None:
        #: What it is made of, in the order of its hosts: those with the most ports first.
        self.blocks = sorted((block for block in blocks if block.levels), key=lambda block: -block.levels)
        self._offsets: list[int] = []  # of each block's first host among all hosts
        self._starts: list[int] = []  # of each segment: its first index,
        self._levels: list[int] = []  # its first level
        self._hosts: list[int] = []  # and its addresses
        self._spread()
        self._forget()

    def _spread(self) -> None:
        """Lay out hosts and segments."""
        hosts = several = 0
        steps: list[tuple[int, int]] = []  # (levels, hosts that have at least that many)
        for block in self.blocks:
            self._offsets.append(hosts)
            hosts += block.count
            levels = block.levels
            several = hosts if levels > 1 else several
            if steps and steps[-1][0] == levels:
                steps.pop()
            steps.append((levels, hosts))
        self.hosts = hosts
        #: How far apart the addresses of neighbours are: 1, but for a part of a list.
        self.apart = max((block.step for block in self.blocks), default=1)
        self.rows = sum(block.rows for block in self.blocks)
        self._keeps = several <= MOST_KEPT
        #: The most ports that an address has.
        self.levels = steps[0][0] if steps else 0
        self.count = level = 0
        for levels, prefix in reversed(steps):
            self._starts.append(self.count)
            self._levels.append(level)
            self._hosts.append(prefix)
            self.count += prefix * (levels - level)
            level = levels
        if self.count > MOST_TARGETS:
            raise TargetError(too_many(self.count))

    @property
    def keeps_places(self) -> bool:
        """Whether an address with several ports has the same `Place` for all of them."""
        return self._keeps

    def several(self) -> list[HostRow]:
        """The hosts with more than one port, those with the most first. Only where it keeps places."""
        return self._segment_rows(self._segment(self.hosts)) if self.hosts < self.count else []

    def __len__(self) -> int:
        return self.count

    def fresh(self) -> "Space":
        """The same space for another scan, without the places of this one (they carry notes)."""
        twin = copy.copy(self)
        twin._forget()
        return twin

    def _forget(self) -> None:
        self._host_rows = HostRows(self.blocks, self._offsets, keeps=self._keeps)
        self._rows: tuple[int, list[HostRow]] = (-1, [])
        self._levels_of: dict[int, dict[int, int]] = {}  # of port lists, by identity

    def active_hosts(self, index: int) -> int:
        """How many addresses take turns at this index; 0 beyond the end."""
        return self._hosts[self._segment(index)] if index < self.count else 0

    def _segment(self, index: int) -> int:
        return bisect_right(self._starts, index) - 1

    def pick(self, index: int) -> Endpoint:
        """The endpoint with this index, 0 to count - 1."""
        if not 0 <= index < self.count:
            raise IndexError(index)
        level, host = self.level_and_host(index)
        ((place, table),) = self.rows_of((host,))
        return Endpoint(place, table.ports[level], table.requests(level))

    def level_and_host(self, index: int) -> tuple[int, int]:
        """Which of its host's ports that is, from 0, and the host's number."""
        segment = self._segment(index)
        level, host = divmod(index - self._starts[segment], self._hosts[segment])
        return level + self._levels[segment], host

    def port_count(self, host: int) -> int:
        """How many ports a host number has."""
        return len(self._host_rows.ports(host))

    def hosts_on(self, level: int) -> int:
        """How many addresses have more ports than so many."""
        return self._hosts[bisect_right(self._levels, level) - 1] if self._hosts and level < self.levels else 0

    def take(self, start: int, n: int) -> list[Endpoint]:
        """The endpoints from index `start` on, `n` of them or what is left."""
        out: list[Endpoint] = []
        end = min(start + n, self.count)
        while start < end:
            segment = self._segment(start)
            hosts = self._hosts[segment]
            following = self._starts[segment + 1] if segment + 1 < len(self._starts) else self.count
            run = min(end, following) - start
            level, host = divmod(start - self._starts[segment], hosts)
            level += self._levels[segment]
            if self._keeps and following - self._starts[segment] > hosts:
                self._take_kept(out, segment, level, host, run)
            else:
                self._take_fresh(out, hosts, level, host, run)
            start += run
        return out

    def _take_kept(self, out: list[Endpoint], segment: int, level: int, host: int, n: int) -> None:
        """A run in a segment of several levels, whose places are kept."""
        rows = self._segment_rows(segment)
        hosts = len(rows)
        if host:
            run = min(n, hosts - host)
            out += [Endpoint(place, table.ports[level], table.requests(level)) for place, table in rows[host:][:run]]
            n -= run
            level += 1
        whole, rest = divmod(n, hosts)
        table = self.blocks[0].table
        if hosts == self.blocks[0].count and table is not None and table.each is None:
            shared, places = table.shared, self._host_rows.places(0, 0, hosts)
            out += [Endpoint(p, port, shared) for port in table.ports[level : level + whole] for p in places]
        else:
            out += [
                Endpoint(place, t.ports[k], t.shared or t.requests(k))
                for k in range(level, level + whole)
                for place, t in rows
            ]
        level += whole
        if rest:
            out += [Endpoint(place, t.ports[level], t.requests(level)) for place, t in rows[:rest]]

    def _segment_rows(self, segment: int) -> list[HostRow]:
        """The addresses of a segment, each with its table; those of the last segment asked for are kept."""
        if self._rows[0] != segment:
            hosts = self._hosts[segment]
            rows: list[HostRow] = []
            for at, block in enumerate(self.blocks):
                if self._offsets[at] >= hosts:
                    break
                rows += zip(self._host_rows.places(at, 0, block.count), block.tables(range(block.count)), strict=True)
            self._rows = (segment, rows)
        return self._rows[1]

    def _take_fresh(self, out: list[Endpoint], hosts: int, level: int, host: int, n: int) -> None:
        """A run in which each address is needed once, or there are too many to keep."""
        blocks, offsets = self.blocks, self._offsets
        at = bisect_right(offsets, host) - 1
        while n:
            block = blocks[at]
            begin = host - offsets[at]
            run = min(n, block.count - begin)
            table, places = block.table, self._host_rows.places(at, begin, begin + run)
            if table is not None:
                port, requests = table.ports[level], table.requests(level)
                out += [Endpoint(place, port, requests) for place in places]
            else:
                tables = zip(places, block.tables(range(begin, begin + run)), strict=True)
                out += [Endpoint(place, each.ports[level], each.requests(level)) for place, each in tables]
            n -= run
            host += run
            at += 1
            if host == hosts:
                host = at = 0
                level += 1

    def rows_of(self, hosts: Sequence[int]) -> list[HostRow]:
        """Place and ports of these host numbers, each of which is there once, in whatever order."""
        return self._host_rows.of(hosts)

    def find(self, line: Line, number: int) -> int | None:
        """The host number of an address, or None where the space does not have it."""
        return self._host_rows.find(line, number)

    def place(self, host: int) -> Place:
        """The Place of a host number."""
        return self._host_rows.place(host)

    def ports_at(self, line: Line, number: int) -> tuple[int, ...]:
        """The ports of an address; none where the space does not have it."""
        host = self.find(line, number)
        return () if host is None else self._host_rows.ports(host)

    def index(self, host: int, port: int) -> int | None:
        """The index of a port of a host number, or None where that host does not have it."""
        ports = self._host_rows.ports(host)
        levels = self._levels_of.get(id(ports))
        if levels is None:
            if len(self._levels_of) > 64:
                self._levels_of.clear()
            levels = self._levels_of[id(ports)] = {port: level for level, port in enumerate(ports)}
        level = levels.get(port)
        if level is None:
            return None
        segment = bisect_right(self._levels, level) - 1
        return self._starts[segment] + (level - self._levels[segment]) * self._hosts[segment] + host


def too_many(count: int) -> str:
    """What to say about this many targets."""
    most = f"at most {MOST_TARGETS:,}"
    return f"{count:,} targets are too many for one scan ({most}); write smaller networks or fewer ports"
