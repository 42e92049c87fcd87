"""What the table of `scan` keeps of entries until it speaks: of each its rows while they are few, then what they come
to, in memory that does not grow with them; and what is not as expected, by host and verdict.
"""

from collections import Counter

from scanner.model import Result
from scanner.reports.phrases import PortSet, VerdictKey, amiss_of, verdict_of
from scanner.reports.tables import LISTED, address_key

#: Up to this many targets, or hosts, of an entry are few.
FEW = 8
#: Up to this many of an entry's hosts are counted.
MOST_HOSTS = 50_000


class Collapsed:
    """Rows of an entry that share one line: their ports and verdicts, how many are `unmet`, and what was `expected` of
    these: an entry may expect different things of different ports."""

    __slots__ = ("counts", "expected", "first", "ports", "unmet")

    def __init__(self, first: Result) -> None:
        self.first = first
        self.ports = PortSet()
        self.counts: Counter[VerdictKey] = Counter()
        self.unmet = 0
        self.expected: set[str] = set()

    def add(self, result: Result) -> None:
        self.ports.add(result.port)
        self.counts[verdict_of(result)] += 1
        if result.met is False:
            self.unmet += 1
            self.expected.add(result.expect + amiss_of(result))

    def merge(self, other: "Collapsed") -> None:
        """Takes the rows of another one too."""
        self.ports.merge(other.ports)
        self.counts.update(other.counts)
        self.unmet += other.unmet
        self.expected |= other.expected


class KeptEntry:
    """What is kept of an entry: its rows while they are few, then a group per host, then one group."""

    __slots__ = ("all", "groups", "hosts", "rows")

    def __init__(self) -> None:
        self.rows: list[Result] | None = []
        self.groups: dict[tuple[str, str], Collapsed] = {}
        self.hosts: set[tuple[str, str]] = set()
        self.all: Collapsed | None = None

    def add(self, result: Result, few: int | None = FEW) -> None:
        if self.rows is not None:
            self.rows.append(result)
            if few is not None and len(self.rows) > few:
                rows, self.rows = self.rows, None
                for row in rows:
                    self._collapse(row)
        else:
            self._collapse(result)

    def hosts_text(self) -> str:
        """`254 hosts`."""
        many = len(self.hosts)
        return f"{many:,} hosts" if many <= MOST_HOSTS else f"over {MOST_HOSTS:,} hosts"

    def _collapse(self, result: Result) -> None:
        host = result.host, result.address
        if len(self.hosts) <= MOST_HOSTS:
            self.hosts.add(host)
        if self.all is None:
            group = self.groups.get(host)
            if group is None:
                group = self.groups[host] = Collapsed(result)
            group.add(result)
            if len(self.groups) > FEW:
                self._merge()
        else:
            self.all.add(result)

    def _merge(self) -> None:
        self.all = Collapsed(next(iter(self.groups.values())).first)
        for group in self.groups.values():
            self.all.merge(group)
        self.groups.clear()


class UnmetGroup:
    """An entry's unmet targets on one host with the same verdict and the same expectation."""

    __slots__ = ("count", "first", "ports", "rows")

    def __init__(self, first: Result) -> None:
        self.first = first
        self.count = 0
        self.ports = PortSet()
        self.rows: list[Result] = []

    def add(self, result: Result) -> None:
        self.count += 1
        self.ports.add(result.port)
        if self.count <= LISTED:
            self.rows.append(result)

    def key(self) -> tuple[int, tuple[bytes, str, str], int]:
        """A sort key: entry, host, first port."""
        return self.first.request.order, place_key(self.first)[0], next(iter(self.ports))


def place_key(result: Result) -> tuple[tuple[bytes, str, str], int]:
    """A sort key: the address by number, the host, the port."""
    return address_key(result.address, result.host), result.port
