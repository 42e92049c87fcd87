"""Hosts that accept everything: a middlebox that completes every handshake makes every port look open.

A host of which 20 ports or more were probed and 95 % or more are open is marked: its open rows say `accepts-everything`
in the field `doubt`. So that the first rows say it too, a host's open rows are kept back until it is clear, half a
second at most. Probed, not judged: open ports answer at once and silent ones never, so of a host behind a firewall at
first only open ports are known. Hence the look, ten times a second at most and only while it matters, at how many
targets of such a host should have answered by now and have not. Pure: pass `now`.

For hosts of which fewer ports are asked, the *canary* settles it: two random high ports more for each host that has
an open one; if both are open as well, nothing listens on them but a middlebox. Its open rows wait for that. Canaries
have no row in any report.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping

from scanner.model import Endpoint, Place, Request, Result, State

DOUBT = "accepts-everything"
_ENOUGH, _SHARE = 20, 0.95
_LOOK_S = 0.1
_KEEP_S = 0.5 - _LOOK_S  # found out at the next look
_LATE_S = 0.05  # so much later than the slowest answer, one should have come
_CANARIES = 2
_HIGH_PORTS = range(49_152, 65_536)

#: Place -> the time before which a probe must have left; answers place -> how many of those are still silent.
Waiting = Callable[[Mapping[Place, float]], Mapping[Place, int]]


class _Host:
    """A host that has an open port, the first at `first`: the rows kept back since `since`, canaries still out.

    `probed`: its targets that should have answered by now, as far as was seen; `slowest`: its longest round trip (s).
    """

    __slots__ = ("canaries", "canaries_open", "first", "kept", "marked", "probed", "since", "slowest")

    def __init__(self, now: float) -> None:
        self.kept: list[Result] = []
        self.first = self.since = now
        self.marked = False
        self.probed = 0
        self.slowest = 0.0
        self.canaries = 0
        self.canaries_open = 0

    def all_open(self, place: Place) -> bool:
        """Whether enough of what was probed is open, as far as is known."""
        return place.judged >= _ENOUGH and place.opened >= _SHARE * max(place.judged, self.probed)

    def undecided(self, place: Place) -> bool:
        """Whether it may still turn out to accept everything."""
        if self.marked:
            return False
        if self.canaries:
            return True
        return place.ports >= _ENOUGH and (place.judged < _ENOUGH or self.all_open(place))


class AcceptsAll:
    """Marks the open rows of hosts that accept everything. `wanted` lists the canaries to probe, if any.

    `waiting` says how many targets of some hosts stay silent. `canary_timeouts`: silent canaries, by their doubt.
    """

    def __init__(self, waiting: Waiting, *, canary: bool = False, seed: int | None = None) -> None:
        self._waiting = waiting
        self._canary = canary
        self._random = random.Random(seed)
        self._hosts: dict[Place, _Host] = {}
        self._keeping: dict[Place, _Host] = {}
        self._look_at = 0.0
        self.wanted: list[Endpoint] = []
        self.canary_timeouts: Counter[str] = Counter()
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
        if self._keeping and now >= self._look_at:
            self._look(now, out)
        return out

    def _open(self, row: Result, out: list[Result], now: float) -> None:
        place = row.place
        host = self._hosts.get(place)
        if host is None:
            host = self._hosts[place] = _Host(now)
            if self._canary:
                self._send_canaries(row, host)
        host.slowest = max(host.slowest, (row.rtt_ms or 0.0) / 1000.0)
        if host.undecided(place):
            if not host.kept:
                host.since = now
                self._keeping[place] = host
            host.kept.append(row)
            return
        if host.marked:
            row.doubt = DOUBT
        out.append(row)

    def _look(self, now: float, out: list[Result]) -> None:
        """Finds out about the hosts whose rows are kept, and lets go of what is clear or was kept long enough."""
        self._look_at = now + _LOOK_S
        late = {
            place: now - host.slowest - _LATE_S
            for place, host in self._keeping.items()
            if now - host.first >= _LOOK_S and host.all_open(place) and place.judged < place.ports
        }
        silent = self._waiting(late) if late else {}
        for place, host in list(self._keeping.items()):
            if place in late:
                host.probed = max(host.probed, place.judged + silent.get(place, 0))
            if place in late or place.judged >= place.ports:
                host.marked = host.marked or host.all_open(place)
            if not host.undecided(place) or (not host.canaries and now - host.since >= _KEEP_S):
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
        if row.state is State.TIMEOUT:
            self.canary_timeouts[row.doubt] += 1
        if not host.canaries:
            self._canary_rows.discard(row.request)
            host.marked = host.marked or host.canaries_open == _CANARIES
            out += self._release(row.place, host)

    def finish(self, *, complete: bool = True) -> list[Result]:
        """What is still kept, at the end. `complete`: everything that was probed is judged."""
        for place, host in self._keeping.items():
            host.marked = host.marked or (complete and host.all_open(place))
        return [row for place, host in list(self._keeping.items()) for row in self._release(place, host)]
