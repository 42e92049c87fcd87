"""Which ports one address has in the scan, and whose rows each of them makes."""

from collections.abc import Iterable

from scanner.errors import TargetError
from scanner.model import Request

#: What one entry asks: its ports, and its row.
Ask = tuple[tuple[int, ...], Request]
#: The most (entry, port) pairs that are joined one by one where entries overlap: some seconds' work.
_MOST_JOINED = 4_000_000
_TOO_MANY = "too many long port lists overlap on the same hosts; join entries, name ports once"


class PortTable:
    """Ports in the order they are probed; each port's rows are `shared` by all, or `each` has its own."""

    __slots__ = ("each", "ports", "shared")

    def __init__(
        self,
        ports: tuple[int, ...],
        shared: tuple[Request, ...] = (),
        each: list[tuple[Request, ...]] | None = None,
    ) -> None:
        self.ports = ports
        self.shared = shared
        self.each = each

    def requests(self, level: int) -> tuple[Request, ...]:
        """The rows that the port at this level makes."""
        return self.shared if self.each is None else self.each[level]

    @property
    def rows(self) -> int:
        """All rows of one address."""
        if self.each is None:
            return len(self.ports) * len(self.shared)
        return sum(len(requests) for requests in self.each)


class PortFilter:
    """Leaves ports out of port lists. Equal lists stay one object: hundreds of hosts may share all 65,535."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, frozenset[int]], tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def ports(self, ports: tuple[int, ...], excluded: frozenset[int]) -> tuple[int, ...]:
        """The ports without the excluded ones."""
        if not excluded:
            return ports
        key = (id(ports), excluded)
        if key not in self._known:  # the value holds `ports` too: its id must not be given to another
            left = tuple(port for port in ports if port not in excluded)
            self._known[key] = (ports, ports if len(left) == len(ports) else left)
        return self._known[key][1]

    def table(self, table: PortTable, excluded: frozenset[int]) -> PortTable:
        """The table without the excluded ports."""
        if not excluded:
            return table
        ports = self.ports(table.ports, excluded)
        if ports is table.ports:
            return table
        if table.each is None:
            return PortTable(ports, table.shared)
        pairs = zip(table.ports, table.each, strict=True)
        return PortTable(ports, each=[requests for port, requests in pairs if port not in excluded])


class Joiner:
    """Joins what several entries ask of the same addresses, within a budget of work for the whole scan."""

    def __init__(self) -> None:
        self._left = _MOST_JOINED

    def join(self, asks: list[Ask]) -> PortTable:
        """The table of addresses that these entries (in the order of the file) cover.

        An entry that covers an address twice (by a range and a single address) still has one row for it.
        """
        work = join_work(asks)
        if not work:
            return PortTable(asks[0][0], _one_each([request for _, request in asks]))
        self._left -= work
        if self._left < 0:
            raise TargetError(_TOO_MANY)
        by_port: dict[int, list[Request]] = {}
        for ports, request in asks:
            for port in ports:
                by_port.setdefault(port, []).append(request)
        same: dict[tuple[Request, ...], tuple[Request, ...]] = {}
        each = [same.setdefault(rows, rows) for rows in map(_one_each, by_port.values())]
        if len(same) == 1:
            return PortTable(tuple(by_port), each[0])
        return PortTable(tuple(by_port), each=each)


def join_work(asks: list[Ask]) -> int:
    """How many (entry, port) pairs must be looked at to join these; 0 where all ask the same ports."""
    first = asks[0][0]
    return 0 if all(ports is first for ports, _ in asks) else sum(len(ports) for ports, _ in asks)


def joined_ports(asks: list[Ask]) -> tuple[int, ...]:
    """All ports that are asked, each once."""
    if not join_work(asks):
        return asks[0][0]
    return tuple(dict.fromkeys(port for ports, _ in asks for port in ports))


def check_joinable(names: Iterable[list[Ask]]) -> None:
    """Raise TargetError where joining what is asked of a name, once it is resolved, would hold up the scan."""
    left = 4 * _MOST_JOINED  # to be counted only
    for asks in names:
        work = join_work(asks)
        left -= work
        if work > _MOST_JOINED or left < 0:
            raise TargetError(_TOO_MANY)


def _one_each(requests: list[Request]) -> tuple[Request, ...]:
    """The first request of each entry."""
    return tuple({request.order: request for request in reversed(requests)}.values())[::-1]
