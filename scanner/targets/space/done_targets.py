"""Targets that have their rows already, because an earlier run of the same scan judged them: none goes out again.

What is known again is the target itself, by its address and port, so neither the order in which a scan goes through its
list matters, nor how it is shared out among processes. A bit for each: numbers of 256 bits, one for each /24 (IPv6:
/120) and port, so that 16 million addresses at one port take some megabytes. Rows of names are kept one by one: which
addresses a name leads to is found out anew, and one that was reported stays so, whatever else it leads to now.
"""

from collections.abc import Iterable, Sequence
from socket import inet_pton
from typing import Any

from scanner.model import Endpoint, Place, Reason, Request, Result
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.space.probed_before import ProbedBefore
from scanner.targets.space.silent_hosts import SilentHosts

#: Where an address is: its /24 or /120 with its scope, and its bit there.
_Spot = tuple[tuple[bytes, int], int]
#: An entry by its place in the list, a name in small letters, and a port.
_Name = tuple[int, str, int]
_MOST_KNOWN = 1 << 17


class DoneTargets:
    """`before`: the verdicts on the last of them, for names that lead there, too. `silent`: hosts that were asked first
    whether they are there, and passed over. `names`: those of the list, in small letters; other hosts are addresses."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        self._done: dict[tuple[tuple[bytes, int], int], int] = {}
        self._hosts: dict[tuple[bytes, int], int] = {}
        self._of_names: dict[_Name, set[str]] = {}  # the addresses of their rows; an empty one: it leads nowhere
        self._spots: dict[Place, _Spot] = {}
        self.before = ProbedBefore()
        self.silent = SilentHosts()

    def __getstate__(self) -> dict[str, Any]:
        """For another process, where places are others."""
        return {**self.__dict__, "_spots": {}}

    def add(self, rows: Sequence[Result]) -> None:
        """These rows are there."""
        done, hosts, spots, names = self._done, self._hosts, self._spots, self._names
        for row in rows:
            place = row.place
            if names and (name := row.request.host.lower()) in names:
                text = place.address or ("" if row.reason != Reason.UNSPECIFIED_ADDRESS else "::")
                self._of_names.setdefault((row.request.order, name, row.port), set()).add(text)
                if not place.address:
                    continue
            elif not place.address:
                continue
            else:
                net, bit = spots.get(place) or self._spot(place)
                key = net, row.port
                done[key] = done.get(key, 0) | bit
            net, bit = spots.get(place) or self._spot(place)
            hosts[net] = hosts.get(net, 0) | bit
        if names:
            self.before.settled([row for row in rows if row.place.address])

    def _spot(self, place: Place) -> _Spot:
        number = inet_pton(place.family, place.numeric)
        spot = (number[:-1], place.scope), 1 << number[-1]
        if len(self._spots) >= _MOST_KNOWN:
            self._spots.clear()
        self._spots[place] = spot
        return spot

    # What is left to do

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self._done or self._of_names)

    def rest(self, endpoints: list[Endpoint]) -> list[Endpoint]:
        """Those of these that are to be probed, for the rows that they do not have. Where only another name leads there
        now, its row is a copy (`before`)."""
        done, spots = self._done, self._spots
        out = []
        for endpoint in endpoints:
            place, requests = endpoint.place, endpoint.requests
            net, bit = spots.get(place) or self._spot(place)
            if bit & done.get((net, endpoint.port), 0):
                left = tuple([each for each in requests if self._lacks(each, endpoint)])
            elif self._of_names:
                left = tuple([each for each in requests if not self._is_name_done(each, endpoint)])
            else:
                left = requests
            if left and self._names:
                left = tuple([each for each in left if not self.before.ask((place.address, endpoint.port), each)])
            if left:
                out.append(endpoint if len(left) == len(requests) else Endpoint(place, endpoint.port, left))
        return out

    def _lacks(self, request: Request, endpoint: Endpoint) -> bool:
        """Whether there is no row of this request, of an endpoint that is done."""
        return request.host.lower() in self._names and not self._is_name_done(request, endpoint)

    def _is_name_done(self, request: Request, endpoint: Endpoint) -> bool:
        known = self._of_names.get((request.order, request.host.lower(), endpoint.port))
        return known is not None and (endpoint.place.address in known or "" in known)

    def new(self, rows: list[Result]) -> list[Result]:
        """Those of these rows of names, made without a probe, that are not there yet. A name that led somewhere has no
        row that it leads nowhere."""
        if not self._of_names:
            return rows
        return [row for row in rows if not self._has(row)]

    def _has(self, row: Result) -> bool:
        known = self._of_names.get((row.request.order, row.request.host.lower(), row.port))
        return known is not None and (not row.address or row.address in known or "" in known)

    # Hosts that are asked first whether they are there

    def are_silent(self, hosts: Iterable[tuple[int, int, int]]) -> None:
        """These were passed over: 4 or 6, IPv6 scope, address as a number. Not those that any row is of: a process that
        died may have passed over a host that the next one heard."""
        for version, scope, number in hosts:
            line = V6 if version == 6 else V4, scope
            packed = number.to_bytes(16 if version == 6 else 4)
            has_row = self._hosts.get((packed[:-1], scope), 0) & 1 << packed[-1]
            if not has_row and not self.silent.has(line, number):
                self.silent.add(line, number)

    def is_found(self, place: Place) -> bool:
        """Whether any row is of this host."""
        net, bit = self._spots.get(place) or self._spot(place)
        return bool(bit & self._hosts.get(net, 0))
