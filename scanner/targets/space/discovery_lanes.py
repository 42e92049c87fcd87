"""Host discovery: every address is asked on a few ports first, and only one that answers on any of them is swept.

Each address is a lane (`late_endpoints.py`), whether the space has it or a name led to it. Its discovery ports, which
come first in its list, go out as those of others do, in turn; then it waits until whoever sees the answers decides:
`sweep` lets its other ports go, `pass_over` forgets it but for a bit (`silent_hosts.py`). Hosts that answered are swept
beside the asking: what is known of few hosts at a time is all that is kept, however many there are.
"""

from collections import deque
from collections.abc import Callable, Sequence
from socket import inet_pton
from typing import NamedTuple

from scanner.model import Endpoint, Place, Request
from scanner.targets.names.lookup import Address
from scanner.targets.space.discovery_walk import DiscoveryWalk
from scanner.targets.space.late_endpoints import Lane, Lanes
from scanner.targets.space.silent_hosts import SilentHosts
from scanner.targets.space.target_space import Space

#: Hosts that take turns while they are asked. While more than so many are being swept, no others are asked.
_AT_ONCE, _MOST_SWEPT = 1024, 4096


class Discovery(NamedTuple):
    """`ports`: those that every host is asked on first, as at the head of its list; `rowless`: those of them that have
    no row in any report, because they are not among the ports of the sweep."""

    ports: tuple[int, ...]
    rowless: frozenset[int]


def with_discovery(wanted: tuple[int, ...], usual: tuple[int, ...]) -> tuple[tuple[int, ...], Discovery]:
    """The ports of a sweep, those first that every host is asked on: the usual ones, and the sweep's own where these
    are no more (who is there may answer on the very port that is looked for, and on no other)."""
    first = tuple(dict.fromkeys((*usual, *wanted))) if len(wanted) <= len(usual) else usual
    rest = set(first)
    ports = (*first, *(port for port in wanted if port not in rest))
    return ports, Discovery(first, frozenset(first) - frozenset(wanted))


class DiscoveryLanes(Lanes):
    """The lanes of all addresses. `asks`: how many endpoints of the space are asked first.
    `silent`: the addresses that were passed over; `found`: how many are swept; `rows`: how many rows these have, and
    names without an address. `names_to_come`: whether names may still lead to hosts that are swept, which are known
    for so long."""

    def __init__(
        self,
        walk: DiscoveryWalk,
        discovery: Discovery,
        names_to_come: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__()
        self._walk = walk
        self._names_to_come = names_to_come
        self._discovery = discovery
        self.asks = count_at(walk.space, frozenset(discovery.ports))
        self.silent = SilentHosts()
        self.found = self.rows = 0
        self._sweeping: deque[Lane] = deque()  # in turn
        self._asking: deque[Lane] = deque()  # in turn; who is decided meanwhile drops out when its turn comes
        self._undecided: dict[Place, tuple[Lane, int]] = {}  # the lane, and how many of its ports are asked first
        self._of_space: set[Lane] = set()  # those that need not be known any longer once they have gone out

    @property
    def rowless(self) -> frozenset[int]:
        """The ports that are asked first and have no row."""
        return self._discovery.rowless

    def __len__(self) -> int:
        """How many are being swept."""
        return len(self._sweeping)

    # What goes out

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next endpoints, at most `n`. `ahead`: of hosts that are swept, half of `n` as long as others are to be
        asked, for silence takes its time; else of those that are asked, and the rest of those that are swept."""
        crowded = len(self) >= _MOST_SWEPT
        if ahead:
            return self._take_swept(n if crowded or not (self._asking or self._walk.left) else (n + 1) // 2)
        if len(self._asking) < n and not crowded:
            for lane in self._walk.take(_AT_ONCE):
                self._of_space.add(lane)
                self.add(_address_of(lane.place), lane)
        out = self._take_asked(n)
        return out + self._take_swept(n - len(out)) if len(out) < n else out

    def _take_swept(self, n: int) -> list[Endpoint]:
        turns = self._sweeping
        out: list[Endpoint] = []
        while turns and len(out) < n:
            lane = turns.popleft()
            out.append(lane.next())
            if lane.at < len(lane.ports):
                turns.append(lane)
            else:
                self._ends(lane)
        return out

    def _take_asked(self, n: int) -> list[Endpoint]:
        asking, undecided = self._asking, self._undecided
        out: list[Endpoint] = []
        while asking and len(out) < n:
            lane = asking.popleft()
            first = undecided[lane.place][1] if lane.place in undecided else 0
            if lane.at < first:
                out.append(lane.next())
                if lane.at < first:
                    asking.append(lane)
        return out

    @property
    def over(self) -> bool:
        """Whether all have gone out that ever will."""
        return not (self._walk.left or self._sweeping or self._undecided)

    # Lanes

    def add(self, address: Address, lane: Lane) -> None:
        """Add a new lane. Where excludes leave it no discovery port, it is swept without being asked; where they leave
        it nothing else, there is nothing to ask."""
        if lane.ports and lane.ports[-1] in self.rowless and self.rowless.issuperset(lane.ports):
            self._of_space.discard(lane)
            return
        done, line = self._walk.done, (address[0], address[2])
        if done.silent.has(line, address[1]):
            self._of_space.discard(lane)
            self.silent.add(line, address[1])
            return
        self._all[address] = lane
        if lane.ports and done.is_found(lane.place):
            self._is_there(lane)
            return
        first = self._discovery.ports
        asked = next((at for at, port in enumerate(lane.ports) if port not in first), len(lane.ports))
        if asked:
            self._undecided[lane.place] = lane, asked
            self._asking.append(lane)
            lane.place.has_ports(asked)
        elif lane.ports:
            self._goes_on(lane)

    def append(self, lane: Lane, port: int, request: Request) -> None:
        """Add one more port to a lane, which may have run out of ports before, or not be decided yet."""
        idle = lane.at == len(lane.ports)
        lane.append(port, request)
        if idle and lane.place not in self._undecided:
            self._sweeping.append(lane)

    def has_one_more(self, lane: Lane, port: int, *, copied: bool) -> None:
        """A name has one more row at this lane, which counts once that is swept."""
        if lane.place not in self._undecided:
            self.rows += 1
        elif copied and port not in self.rowless:
            lane.is_copied()

    def leads_nowhere(self, ports: Sequence[int]) -> None:
        """A name has a row at each of these ports, and no address."""
        self.rows += sum([port not in self.rowless for port in ports])

    def left_out(self, lane: Lane) -> frozenset[int]:
        """The ports that need not be asked there any more: it is decided, or asked on them when its turn comes."""
        return self.rowless if lane.place not in self._undecided else frozenset()

    def _forget(self, lane: Lane) -> None:
        self._of_space.discard(lane)
        self._all.pop(_address_of(lane.place), None)

    # What becomes of a host

    def asked(self, place: Place) -> tuple[int, ...] | None:
        """The ports that it is asked on first; None where it is decided, or nobody asks it first."""
        found = self._undecided.get(place)
        return None if found is None else tuple(found[0].ports[: found[1]])

    def sweep(self, place: Place) -> None:
        """It answered: its other ports go out, too. Those that have no row need not."""
        self._is_there(self._undecided.pop(place)[0])

    def _is_there(self, lane: Lane) -> None:
        lane.leave_out(self.rowless)
        asked = lane.ports[: lane.at]
        lane.place.has_ports(len(lane.ports), rowless=sum([port in self.rowless for port in asked]))
        self._goes_on(lane)

    def _goes_on(self, lane: Lane) -> None:
        self.found += 1
        self.rows += lane.rows(self.rowless)
        if lane.at < len(lane.ports):
            self._sweeping.append(lane)
        else:
            self._ends(lane)

    def _ends(self, lane: Lane) -> None:
        """All of it has gone out."""
        if lane in self._of_space and not self._names_to_come():
            self._forget(lane)

    def pass_over(self, place: Place) -> None:
        """It did not answer: nothing else is asked there, and nothing claimed."""
        lane, _ = self._undecided.pop(place)
        family, number, scope = _address_of(place)
        self.silent.add((family, scope), number)
        self._forget(lane)

    def passed_over(self, address: Address) -> bool:
        """Whether it was."""
        family, number, scope = address
        return self.silent.has((family, scope), number)

    def is_silent(self, place: Place) -> bool:
        """The same of a place."""
        return self.passed_over(_address_of(place))

    @property
    def undecided(self) -> int:
        """How many addresses are known of which it is not known whether they answer."""
        return self._walk.left + len(self._undecided)


def count_at(space: Space, first: frozenset[int]) -> int:
    """How many endpoints of a space have one of these ports."""
    known: dict[int, int] = {}  # most hosts share one list
    count = 0
    for hosts, ports in (each for block in space.blocks for each in block.port_lists()):
        if id(ports) not in known:
            known[id(ports)] = len(first.intersection(ports))
        count += hosts * known[id(ports)]
    return count


def _address_of(place: Place) -> Address:
    return place.family, int.from_bytes(inet_pton(place.family, place.numeric)), place.scope
