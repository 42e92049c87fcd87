"""Endpoints of resolved names: they join while the scan runs, and take turns address by address.

Each address is a lane with its own ports. Lanes go round: one port of each, then the next port of each, so that no
host gets its ports in one burst. A second name that leads to the same address adds its rows to the ports that
have not gone out yet, and its own ports after them. The ports that a lane begins with may have a random order
(`port_turns.py`), as those of the space have; those that come after them are in the order of their coming.
"""

from collections import deque
from collections.abc import Sequence

from scanner.model import Endpoint, Place, Request
from scanner.targets.space.port_table import PortTable
from scanner.targets.space.port_turns import PortTurns

#: The rows of a port; a list once more have joined, possibly a hundred thousand (a wildcard in the DNS).
EndpointRows = tuple[Request, ...] | list[Request]


class Lane:
    """One address and its ports; so many as `at` says have gone out, in order unless there are `turns`: then in that
    of a host with this `number`. `copies`: further rows of those, of names that turned out to lead there."""

    __slots__ = (
        "_number", "_owned", "_turning", "_turns", "at", "copies", "each", "place", "ports", "shared", "where",
    )  # fmt: skip

    def __init__(self, place: Place, table: PortTable, turns: PortTurns | None = None, number: int = 0) -> None:
        self.place = place
        self.ports: tuple[int, ...] | list[int] = table.ports
        self.shared = table.shared
        self.each: Sequence[EndpointRows] | None = table.each
        self._owned: list[EndpointRows] | None = None  # because other addresses of the name may share the table
        self.at = self.copies = 0
        self.where: dict[int, int] | None = None
        self._turns = turns
        self._number = number
        self._turning = 0 if turns is None else len(table.ports)  # of the ports, those that have an order of their own

    def next(self) -> Endpoint:
        """The next port's endpoint."""
        at = self.at
        self.at = at + 1
        if at < self._turning:
            assert self._turns is not None
            at = self._turns.order(self._turning)[self._turns.begins(self._number, self._turning) + at]
        return Endpoint(self.place, self.ports[at], self.shared if self.each is None else tuple(self.each[at]))

    def position(self, port: int) -> int | None:
        """A port's position, or None."""
        return self._where().get(port)

    def is_to_come(self, at: int) -> bool:
        """Whether the port at this position has not gone out yet."""
        if at >= self._turning:
            return at >= self.at
        assert self._turns is not None
        return self._turns.turn(self._number, self._turning, at) >= self.at

    def _where(self) -> dict[int, int]:
        """Each port's position; made when first asked for, because most lanes are never met a second time."""
        if self.where is None:
            self.where = {port: at for at, port in enumerate(self.ports)}
        return self.where

    def join(self, at: int, request: Request) -> None:
        """Add one more row for the port at this position."""
        each = self._own()
        rows = each[at]
        if isinstance(rows, tuple):
            rows = each[at] = list(rows)
        rows.append(request)

    def append(self, port: int, request: Request) -> None:
        """Add one more port at the end; a port that went out before may come again."""
        each = self._own()
        ports = self.ports = self.ports if isinstance(self.ports, list) else list(self.ports)
        self._where()[port] = len(ports)
        ports.append(port)
        each.append((request,))
        self.place.has_more_ports(1)

    def is_copied(self) -> None:
        """One more row for a port that has gone out."""
        self.copies += 1

    def rows(self, rowless: frozenset[int]) -> int:
        """How many rows there are, where those ports have none."""
        if self.each is None:
            return self.copies + len(self.shared) * sum([port not in rowless for port in self.ports])
        return self.copies + sum([len(self.each[at]) for at, port in enumerate(self.ports) if port not in rowless])

    def leave_out(self, ports: frozenset[int]) -> None:
        """Let none of these go out that have not gone yet. Not where they have an order of their own."""
        assert not self._turning
        if ports and not ports.isdisjoint(self.ports[self.at :]):
            kept = [at for at, port in enumerate(self.ports) if at < self.at or port not in ports]
            each = self.each
            if each is not None:
                self.each = self._owned = [each[at] for at in kept]
            self.ports, self.where = [self.ports[at] for at in kept], None

    def _own(self) -> list[EndpointRows]:
        """The rows of each port separately, so that they may differ."""
        if self._owned is None:
            self._owned = [self.shared] * len(self.ports) if self.each is None else list(self.each)
            self.each = self._owned
        return self._owned


class Lanes:
    """All lanes; those with any ports left take turns."""

    def __init__(self) -> None:
        self._all: dict[tuple[int, int, int], Lane] = {}
        self._new: deque[Lane] = deque()  # those who had no turn yet
        self._answering: deque[Lane] = deque()
        self._silent: deque[Lane] = deque()

    def __len__(self) -> int:
        """How many have ports left."""
        return len(self._new) + len(self._answering) + len(self._silent)

    def get(self, address: tuple[int, int, int]) -> Lane | None:
        """The lane of an address, if it has one."""
        return self._all.get(address)

    def passed_over(self, address: tuple[int, int, int]) -> bool:
        """Whether nothing is to be asked there any more: not where all are asked everything."""
        return False

    def add(self, address: tuple[int, int, int], lane: Lane) -> None:
        """Add a new lane."""
        self._all[address] = lane
        if lane.ports:
            self._new.append(lane)

    def left_out(self, lane: Lane) -> frozenset[int]:
        """The ports that need not be added there."""
        return frozenset()

    def has_one_more(self, lane: Lane, port: int, *, copied: bool) -> None:
        """A name has one more row at this lane. `copied`: of a port that had gone out."""

    def leads_nowhere(self, ports: Sequence[int]) -> None:
        """A name has a row at each of these ports, and no address."""

    def append(self, lane: Lane, port: int, request: Request) -> None:
        """Add one more port to a lane, which may have run out of ports before."""
        idle = lane.at == len(lane.ports)
        lane.append(port, request)
        if idle:
            self._silent.append(lane)

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next endpoints, at most `n`, one from each lane in turn: after the first port of each, those go ahead
        that had answered by their turn before. `ahead`: those alone."""
        out: list[Endpoint] = []
        while len(out) < n:
            turns = self._answering if ahead else self._new or self._answering or self._silent
            if not turns:
                break
            lane = turns.popleft()
            out.append(lane.next())
            if lane.at < len(lane.ports):
                (self._answering if lane.place.note.answers else self._silent).append(lane)
        return out
