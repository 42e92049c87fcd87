"""A name was resolved: which of its addresses are probed, and where do its targets go?

Addresses of a family that was not asked for, and those that are excluded, are left out. So are those of a family that
this host has no route for, as long as the name has one that can be reached; -4 and -6 insist. Each port of a remaining
address goes one of four ways: to a lane of its own; as one more row to an endpoint of the space or of a lane that has
not gone out yet; or, if the endpoint has gone out, to what was probed before (`probed_before.py`).

An unspecified address (`words/unspecified.py`) goes none of these ways, and no route is looked up for it. Each target
of a name with such addresses has one row that says so, besides those of the other addresses.
"""

from collections.abc import Callable
from socket import inet_pton

from scanner.model import Place, Request
from scanner.targets.grammar.addresses import UNSPECIFIED, V4, V6, address_text, scope_name
from scanner.targets.names.lookup import Address
from scanner.targets.space.discovery_walk import DiscoveryWalk
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.late_endpoints import Lane, Lanes
from scanner.targets.space.port_table import Ask, Joiner, PortFilter, PortTable
from scanner.targets.space.port_turns import PortTurns, number_of_name
from scanner.targets.space.probed_before import ProbedBefore
from scanner.targets.space.shuffled_walk import ShuffledWalk
from scanner.targets.space.space_walk import SpaceWalk

Routed = Callable[[int, str, int], bool]


class Arrivals:
    """Takes in the addresses of names while the space is being walked through.

    `family`: 4 or 6, the only one that is probed, or 0. `routed`: whether there is a route to an address, given as
    family, numeric text and scope. `turns`: the order of each new lane's ports, if it is a random one. `unrouted` and
    `excluded` count the addresses left out, the former by family; `hosts` those that only names lead to.
    """

    def __init__(
        self,
        walk: SpaceWalk | ShuffledWalk | DiscoveryWalk,
        excluder: Excluder,
        family: int,
        routed: Routed,
        before: ProbedBefore,
        *,
        lanes: Lanes | None = None,
        turns: PortTurns | None = None,
    ) -> None:
        self._walk = walk
        self._space = walk.space
        self._excluder = excluder
        self._family = {4: V4, 6: V6}.get(family, 0)
        self._routed = routed
        self._everywhere = excluder.everywhere
        self._filter = PortFilter(excluder.everywhere)
        self._probed_before = before
        self.lanes = Lanes() if lanes is None else lanes
        self._turns = turns
        self.unrouted = {V4: 0, V6: 0}
        self.excluded = 0
        self.hosts = 0

    def choose(self, addresses: list[Address]) -> list[Address]:
        """The addresses of the wanted family, or else those this host has a route for; all, if it has none for any."""
        if self._family:
            return [address for address in addresses if address[0] == self._family]
        specified = [address for address in addresses if not _is_unspecified(address)]
        families = {address[0] for address in specified}
        if len(families) > 1:
            lost = families - {address[0] for address in specified if self._has_route(address)}
            if len(lost) == 1:
                family = lost.pop()
                left = [address for address in addresses if address[0] != family or _is_unspecified(address)]
                self.unrouted[family] += len(addresses) - len(left)
                return left
        return addresses

    def ready(self, addresses: list[Address]) -> list[Address]:
        """Those of one family's addresses that need not wait for the other's: all, if there is a route to any."""
        specified = [address for address in addresses if not _is_unspecified(address)]
        return specified if any(map(self._has_route, specified)) else []

    def _has_route(self, address: Address) -> bool:
        return self._routed(address[0], address_text(address[0], address[1]), address[2])

    def nowhere(self, addresses: list[Address], asks: list[Ask]) -> list[Ask]:
        """The part of these asks that leads to unspecified addresses and is not excluded there."""
        left: list[frozenset[int]] = []
        for address in filter(_is_unspecified, addresses):
            family, number, scope = address
            left_out = self._excluder.at_address((family, scope), number)
            if left_out is None:
                self.excluded += 1
            else:
                left.append(left_out)
        if not left:
            return []
        spared = frozenset.intersection(*left)
        return [(self._filter.ports(ports, spared), request) for ports, request in asks]

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids probing this port of this place."""
        number = int.from_bytes(inet_pton(place.family, place.numeric))
        left_out = self._excluder.at_address((place.family, place.scope), number)
        return left_out is not None and port not in left_out and port not in self._everywhere

    def admit(self, addresses: list[Address], asks: list[Ask], name: str = "") -> int:
        """Let the targets of a name in, except those for `nowhere`; returns how many rows they make."""
        table = Joiner().join(asks)
        rows = 0
        turning = number_of_name(name)
        for at, address in enumerate(addresses):
            if _is_unspecified(address):
                continue
            family, number, scope = address
            left_out = self._excluder.at_address((family, scope), number)
            if left_out is None:
                self.excluded += 1
                continue
            if self.lanes.passed_over(address):
                continue
            host = self._space.find((family, scope), number)
            lane = self.lanes.get(address)
            if host is None and lane is None:
                left = self._filter.table(table, left_out)
                self.lanes.add(address, Lane(_place(address, len(left.ports)), left, self._turns, turning + at))
                rows += left.rows
                self.hosts += 1
            else:
                if lane is None:
                    place = self._space.place(host) if host is not None else _place(address, 0)
                    lane = Lane(place, PortTable(()))
                    self.lanes.add(address, lane)
                rows += self._mingle(host, lane, asks, left_out)
        return rows

    def _mingle(self, host: int | None, lane: Lane, asks: list[Ask], left_out: frozenset[int]) -> int:
        """Add targets at an address that the scan already has; returns how many rows they make."""
        rows = 0
        left_out |= self.lanes.left_out(lane)
        for ports, request in asks:
            for port in ports:
                if port not in left_out and port not in self._everywhere:
                    self._one(host, lane, port, request)
                    rows += 1
        return rows

    def _one(self, host: int | None, lane: Lane, port: int, request: Request) -> None:
        index = None if host is None else self._space.index(host, port)
        if index is not None and self._walk.join(index, request):
            return
        at = lane.position(port)
        copied = False
        if at is not None and lane.is_to_come(at):
            lane.join(at, request)
        elif (index is None and at is None) or not self._probed_before.ask((lane.place.address, port), request):
            self.lanes.append(lane, port, request)
        else:
            copied = True
        self.lanes.has_one_more(lane, port, copied=copied)


def _is_unspecified(address: Address) -> bool:
    return address[1] <= UNSPECIFIED[address[0]]


def _place(address: Address, ports: int) -> Place:
    family, number, scope = address
    tail = "%" + scope_name(scope) if scope else ""
    return Place(address_text(family, number) + tail, family, scope=scope, ports=ports)
