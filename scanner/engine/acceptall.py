"""Hosts that accept everything: a middlebox that completes every handshake makes every port look open.

A host of which 20 ports or more were judged and 95 % or more are open is marked: its open rows say `accepts-everything`
in the field `doubt`. So that the first twenty rows say it too, a host's open rows are kept back until it is clear,
half a second at most. Pure: pass `now`.

For hosts of which fewer ports are asked, the *canary* settles it: two random high ports more for each host that has
an open one; if both are open as well, nothing listens on them but a middlebox. Canaries have no row in any report.
"""

import random

from scanner.model import Endpoint, Place, Request, Result, State

DOUBT = "accepts-everything"
_ENOUGH, _SHARE = 20, 0.95
_KEEP_S = 0.5
_CANARIES = 2
_HIGH_PORTS = range(49_152, 65_536)


class _Host:
    """A host that has an open port: the rows kept back since `since`, canaries still out."""

    __slots__ = ("canaries", "canaries_open", "kept", "marked", "since")

    def __init__(self, now: float) -> None:
        self.kept: list[Result] = []
        self.since = now
        self.marked = False
        self.canaries = 0
        self.canaries_open = 0


def _all_open(place: Place) -> bool:
    return place.opened >= _SHARE * place.judged


class AcceptsAll:
    """Marks the open rows of hosts that accept everything. `wanted` lists the canaries to probe, if any."""

    def __init__(self, *, canary: bool = False, seed: int | None = None) -> None:
        self._canary = canary
        self._random = random.Random(seed)
        self._hosts: dict[Place, _Host] = {}
        self._keeping: dict[Place, _Host] = {}
        self.wanted: list[Endpoint] = []
        self._canary_rows: set[Request] = set()

    @property
    def idle(self) -> bool:
        """Whether a batch without any open row may pass by unseen."""
        return not self._keeping and not self._canary_rows

    def apply(self, rows: list[Result], now: float) -> list[Result]:
        """Marks a batch. Open rows that are kept back come with a later one."""
        out: list[Result] = []
        for row in rows:
            if row.request in self._canary_rows:
                self._canary_back(row, out)
            elif row.state is State.OPEN and (self._canary or row.place.ports >= _ENOUGH):
                self._open(row, out, now)
            else:
                out.append(row)
        if self._keeping:
            self._let_go(now, out)
        return out

    def _open(self, row: Result, out: list[Result], now: float) -> None:
        place = row.place
        host = self._hosts.get(place)
        if host is None:
            host = self._hosts[place] = _Host(now)
            if self._canary:
                self._send_canaries(row, host)
        if place.judged >= _ENOUGH:
            host.marked = host.marked or _all_open(place)
        elif not host.marked and (place.ports >= _ENOUGH or host.canaries):
            if not host.kept:
                host.since = now
                self._keeping[place] = host
            host.kept.append(row)
            return
        if host.marked:
            row.doubt = DOUBT
        out.append(row)

    def _let_go(self, now: float, out: list[Result]) -> None:
        """Rows whose host is known by now, or that were kept long enough."""
        for place, host in list(self._keeping.items()):
            known = place.judged >= _ENOUGH
            if not host.canaries and (known or host.marked or now - host.since >= _KEEP_S or place.ports < _ENOUGH):
                if known:
                    host.marked = host.marked or _all_open(place)
                out += self._release(place, host)

    def _release(self, place: Place, host: _Host) -> list[Result]:
        self._keeping.pop(place, None)
        kept, host.kept = host.kept, []
        if host.marked:
            for row in kept:
                row.doubt = DOUBT
        return kept

    def _send_canaries(self, row: Result, host: _Host) -> None:
        asked = row.request
        request = Request(timeout=asked.timeout, retries=asked.retries, vantage=asked.vantage)
        self._canary_rows.add(request)
        for port in self._random.sample(_HIGH_PORTS, _CANARIES):
            self.wanted.append(Endpoint(row.place, port, (request,)))
            host.canaries += 1

    def _canary_back(self, row: Result, out: list[Result]) -> None:
        host = self._hosts[row.place]
        host.canaries -= 1
        host.canaries_open += row.state is State.OPEN
        if not host.canaries:
            host.marked = host.marked or host.canaries_open == _CANARIES
            out += self._release(row.place, host)

    def finish(self) -> list[Result]:
        """What is still kept, at the end."""
        return [row for place, host in list(self._keeping.items()) for row in self._release(place, host)]
