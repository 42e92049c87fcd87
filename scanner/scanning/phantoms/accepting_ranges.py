"""Ranges that accept everything: a middlebox completes every handshake for every address. Pure: pass `now`.

Where few ports of each host are asked, a single host cannot show this; the range can. It *accepts everything* where 64
hosts or more are open at two ports or more, and 95% or more of all its targets that were judged, or should have been by
now, are open. Only the canary can tell a real network whose ports are all open from that: one refused canary for each
host is far more than 5%. A single port is another matter (`intercepted.py`).

Hosts that may still answer differently at their other ports are no evidence. A sample of them is asked
(`host_sample.py`): if it is open at other ports as well, the verdict holds for all. Counting begins with an open port,
and takes in what there was before once that seems to matter; the ranges are the parts and stretches of
`address_ranges.py`. It is over as soon as more than 5% of all targets are shut.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from scanner.model import Endpoint, Place, Result
from scanner.scanning.phantoms.address_ranges import Ranges, Spot
from scanner.scanning.phantoms.earlier_rows import AreaCount, EarlierRows
from scanner.scanning.phantoms.host_sample import AskSample, Sample
from scanner.scanning.phantoms.one_host import OpenHost
from scanner.scanning.phantoms.port_counts import NEARLY_ALL
from scanner.scanning.phantoms.port_tally import NEVER, PASSED_S, SUSPICIOUS
from scanner.scanning.phantoms.recently_shut import Recent

_HEADSTART = 64  # with this many more shut than open, it is a network like any other
_FORGOTTEN_S = 5.0  # after this long with nothing open, counting on would only cost time for every row
_MOST_AREAS = 1024

#: Line, first address, size.
_Key = tuple[tuple[int, int], int, int]


class _Area:
    """Some addresses of a range. `shut`: how many targets are not open. `accepts`: everything, as of the last look.
    `earlier`: what was found before."""

    __slots__ = (
        "accepts",
        "earlier",
        "hosts",
        "latest",
        "over",
        "port",
        "recalled",
        "samples",
        "shut",
        "silent",
        "since",
        "suspicious",
    )

    def __init__(self, now: float, earlier: AreaCount) -> None:
        self.earlier = earlier
        self.hosts: dict[Place, OpenHost] = {}
        self.samples: dict[int, Sample] = {}
        self.port = self.shut = self.silent = 0
        self.since = self.latest = now
        self.recalled = self.over = self.suspicious = False
        self.accepts: bool | None = None

    def judge(self, size: int, least: int, *, early: bool) -> None:
        """Decide as of now. `early`: it is too soon for silence to mean anything. `least`: so many hosts tell."""
        hosts = self.hosts.values()
        were_open, were_shut, were_told = self.earlier
        opened = sum([host.place.note.opened for host in hosts]) + were_open
        not_open = sum([host.ports.known - host.ports.opened for host in hosts])
        shut = max(self.shut + self.silent + were_shut, not_open)
        most = (1.0 - NEARLY_ALL) * size * max([host.place.ports for host in hosts], default=1)
        surely = self.shut + were_shut
        self.over = surely > most or surely > opened + _HEADSTART
        enough = were_told > 0 or len(self.hosts) >= min(SUSPICIOUS, least)
        self.suspicious = opened >= NEARLY_ALL * (opened + shut) and enough
        if not self.suspicious:
            self.accepts = None if shut <= most and not self.over else False
            return
        sampled = Sample([host for each in self.samples.values() for host in each.hosts])
        told = len(self.hosts) if sampled.open else sum([_is_told(host) for host in hosts])
        enough = were_told > 0 or told >= least  # what was said stays so until something speaks against it
        self.accepts = True if enough and not early else False if sampled.real else None


def _is_told(host: OpenHost) -> bool:
    """Whether all of its targets were asked and several are open."""
    return host.ports.opened > 1 and not host.ports.may_answer


class AcceptingRanges:
    """Counts what is open and what is not, in ranges with open ports of hosts with several targets."""

    def __init__(
        self,
        ranges: Ranges,
        recent: Recent,
        sample: Callable[[Spot], Sample],
        ask: AskSample,
        earlier: EarlierRows | None = None,
    ) -> None:
        self._ranges = ranges
        self._earlier = earlier or EarlierRows()
        self._recent = recent
        self._sample = sample
        self._ask = ask
        self._areas: dict[_Key, _Area] = {}
        self._live = 0

    @property
    def watching(self) -> bool:
        """Whether rows that are not open matter."""
        return self._live > 0

    def opened(self, row: Result, host: OpenHost, spot: Spot, now: float) -> None:
        """Count an open port."""
        if row.place.ports < 2:
            return
        for key in self._keys(spot):
            area = self._areas.get(key)
            if area is None:
                self._tidy()
                area = self._areas[key] = _Area(now, self._earlier.area(key[0], key[1]))
                self._live += 1
            if not area.over:
                area.hosts[row.place] = host
                if spot.part not in area.samples:
                    area.samples[spot.part] = self._sample(spot)
                area.latest, area.port = now, row.port

    def shut(self, row: Result) -> None:
        """Count a port that is not open."""
        for area in self._around(row.place):
            area.shut += 1

    def _around(self, place: Place) -> Iterator[_Area]:
        spot = self._ranges.spot(place)
        for key in self._keys(spot) if spot is not None else ():
            area = self._areas.get(key)
            if area is not None and not area.over:
                yield area

    def look(self, waiting: Iterable[tuple[Endpoint, float]], before: float) -> None:
        """Judge again where there may be kept rows. `waiting`: what is in flight, and since when; what was sent
        `before` is overdue."""
        latest = before - PASSED_S if before < NEVER else 0.0
        self._forget(latest + PASSED_S - _FORGOTTEN_S)
        live = {k: area for k, area in self._areas.items() if not area.over and area.latest >= latest}
        silent: Counter[int] = Counter()
        for endpoint, sent in waiting if live else ():
            if sent < before and not endpoint.place.note.opened:
                for area in self._around(endpoint.place):
                    silent[id(area)] += 1
        for (line, first, size), area in live.items():
            area.silent = silent[id(area)]
            area.judge(size, self._ranges.least, early=area.since > before)
            if area.accepts and not area.recalled:
                self._recall(line, first, size, area)
                area.judge(size, self._ranges.least, early=area.since > before)
            if area.suspicious and len(area.samples) == 1:  # each part has its own
                self._ask(next(iter(area.samples.values())), area.hosts.values(), area.port)
            if area.over:
                area.hosts, area.samples = {}, {}
                self._live -= 1

    def _forget(self, before: float) -> None:
        """Areas where nothing has been open since then start again with their next open port."""
        for key in [k for k, each in self._areas.items() if each.latest < before and not (each.over or each.accepts)]:
            del self._areas[key]
            self._live -= 1

    def _recall(self, line: tuple[int, int], first: int, size: int, area: _Area) -> None:
        """Count again what was shut before anything was open, as far back as is known."""
        area.recalled = True
        key = line, first, size
        spots = (self._ranges.spot(row.place) for row in self._recent.newest_first())
        area.shut = max(area.shut, sum([spot is not None and key in self._keys(spot) for spot in spots]))

    def says(self, place: Place) -> bool | None:
        """Whether this host is in a range that accepts everything, as of the last look; None: not clear yet."""
        said = {area.accepts for area in self._around(place)}
        return True if True in said else None if None in said else False

    def _tidy(self) -> None:
        """Forget the older half, once there are very many."""
        if len(self._areas) >= _MOST_AREAS:
            for key in list(self._areas)[: _MOST_AREAS // 2]:
                self._live -= not self._areas.pop(key).over

    def _keys(self, spot: Spot) -> list[_Key]:
        """The part and the stretch; only the stretch where they are the same, or the part has too few addresses."""
        whole = spot.line, spot.stretch, spot.stretch_size
        part = spot.line, spot.part, spot.part_size
        return [whole] if part == whole or spot.part_size < self._ranges.least else [part, whole]
