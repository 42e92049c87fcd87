"""Which ports one address has in the scan, and whose rows each of them makes."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, overload

from scanner.errors import TargetError
from scanner.model import Request

T = TypeVar("T")
#: What one entry asks for: its ports, and its row.
Ask = tuple[tuple[int, ...], Request]
#: The most (entry, port) pairs that are joined one by one where entries overlap: a few seconds' work.
_MOST_JOINED = 3_000_000
_TOO_MANY = "too many long port lists overlap on the same hosts; join entries, name ports once"


class Unmade(Sequence[tuple[Request, ...]]):
    """The rows of each port, made on demand from the source numbers that are kept."""

    def __init__(self, make: Callable[[tuple[int, ...]], tuple[Request, ...]], sources: list[tuple[int, ...]]) -> None:
        self._make = make
        self._sources = sources

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, level: int) -> tuple[Request, ...]: ...
    @overload
    def __getitem__(self, level: slice) -> "Unmade": ...
    def __getitem__(self, level: int | slice) -> "tuple[Request, ...] | Unmade":
        if isinstance(level, slice):
            return Unmade(self._make, self._sources[level])
        return self._make(self._sources[level])

    def only(self, levels: list[int]) -> "Unmade":
        """Only these levels."""
        return Unmade(self._make, [self._sources[level] for level in levels])

    @property
    def total(self) -> int:
        """All rows of one address."""
        return sum(map(len, self._sources))


class PortTable:
    """Ports in the order they are probed; either all share the rows in `shared`, or `each` has those of each port."""

    __slots__ = ("each", "ports", "shared")

    def __init__(
        self,
        ports: tuple[int, ...],
        shared: tuple[Request, ...] = (),
        each: list[tuple[Request, ...]] | Unmade | None = None,
    ) -> None:
        self.ports = ports
        self.shared = shared
        self.each = each

    def requests(self, level: int) -> tuple[Request, ...]:
        """The rows that the port at this level makes."""
        return self.shared if self.each is None else self.each[level]

    def only(self, ports: tuple[int, ...]) -> "PortTable":
        """The table with only these of its ports, in the same order."""
        if ports is self.ports:
            return self
        if self.each is None:
            return PortTable(ports, self.shared)
        kept = set(ports)
        levels = [level for level, port in enumerate(self.ports) if port in kept]
        each = self.each
        left = each.only(levels) if isinstance(each, Unmade) else [each[level] for level in levels]
        return PortTable(ports, each=left)

    @property
    def rows(self) -> int:
        """All rows of one address."""
        if self.each is None:
            return len(self.ports) * len(self.shared)
        return self.each.total if isinstance(self.each, Unmade) else sum(map(len, self.each))


class PortFilter:
    """Leaves ports out of port lists: those excluded `everywhere`, and more for one host. Equal lists stay one object,
    because hundreds of hosts may share all 65,535 ports.

    Errors: TargetError where the lists that are made hold more than `most` ports.
    """

    def __init__(self, everywhere: frozenset[int] = frozenset(), most: float = float("inf")) -> None:
        self._everywhere = everywhere
        self._known: dict[tuple[int, frozenset[int]], tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self._room = most  # for ports in lists that are made here; each costs a pointer

    def ports(self, ports: tuple[int, ...], excluded: frozenset[int] = frozenset()) -> tuple[int, ...]:
        """The ports without those excluded everywhere, and these."""
        if self._everywhere:
            ports = self._left(ports, self._everywhere)
        return self._left(ports, excluded) if excluded else ports

    def _left(self, ports: tuple[int, ...], excluded: frozenset[int]) -> tuple[int, ...]:
        if len(ports) == 1:
            return () if ports[0] in excluded else ports
        key = (id(ports), excluded)
        if key not in self._known:  # the value keeps `ports` alive, so that no other object gets its id
            left = tuple(port for port in ports if port not in excluded)
            if len(left) == len(ports):
                left = ports
            else:
                self._room -= len(left)
                if self._room < 0:
                    text = "too many hosts with long port lists have excludes of their own; exclude whole hosts"
                    raise TargetError(text)
            self._known[key] = (ports, left)
        return self._known[key][1]

    def table(self, table: PortTable, excluded: frozenset[int] = frozenset()) -> PortTable:
        """The table without those ports."""
        return table.only(self.ports(table.ports, excluded))


class Joiner:
    """Joins what several entries ask for at the same addresses, within a budget of work for the whole scan."""

    def __init__(self) -> None:
        self._left = _MOST_JOINED
        self._lists: dict[tuple[int, ...], tuple[int, ...]] = {}  # equal lists are one object

    def join(self, asks: list[Ask]) -> PortTable:
        """The table of addresses that these entries (in the order of the file) cover."""
        return PortTable(*self.joined(asks, lambda request: request.order))

    def joined(
        self, asks: list[tuple[tuple[int, ...], T]], order: Callable[[T], int]
    ) -> tuple[tuple[int, ...], tuple[T, ...], list[tuple[T, ...]] | None]:
        """The same with rows of any type, as ports, shared and each; `order` says which entry a row belongs to.

        An entry that covers an address twice (with a range and a single address) still has one row for it.
        """
        work = join_work([ports for ports, _ in asks])
        if not work:
            return asks[0][0], one_each([row for _, row in asks], order), None
        self._left -= work
        if self._left < 0:
            raise TargetError(_TOO_MANY)
        by_port: dict[int, list[T]] = {}
        for ports, row in asks:
            for port in ports:
                by_port.setdefault(port, []).append(row)
        same: dict[tuple[T, ...], tuple[T, ...]] = {}
        each = [same.setdefault(rows, rows) for rows in (one_each(rows, order) for rows in by_port.values())]
        joined = tuple(by_port)
        joined = self._lists.setdefault(joined, joined)
        return (joined, each[0], None) if len(same) == 1 else (joined, (), each)


def join_work(lists: Sequence[tuple[int, ...]]) -> int:
    """How many (entry, port) pairs must be looked at to join these; 0 where all ask for the same ports."""
    first = lists[0]
    return 0 if all(ports is first for ports in lists) else sum(map(len, lists))


def joined_ports(lists: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """All ports in these lists, each once."""
    if not join_work(lists):
        return lists[0]
    return tuple(dict.fromkeys(port for ports in lists for port in ports))


def check_joinable(names: Iterable[Sequence[tuple[int, ...]]]) -> None:
    """Raise TargetError where joining what is asked for at a name, once it is resolved, would hold up the scan."""
    left = 4 * _MOST_JOINED  # for all names together, of which each is only counted here
    for lists in names:
        work = join_work(lists)
        left -= work
        if work > _MOST_JOINED or left < 0:
            raise TargetError(_TOO_MANY)


def one_each(rows: Sequence[T], order: Callable[[T], int]) -> tuple[T, ...]:
    """The first row of each entry."""
    if len(rows) == 1:
        return (rows[0],)
    return tuple({order(row): row for row in reversed(rows)}.values())[::-1]
