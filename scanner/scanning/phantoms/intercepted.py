"""Ports that something on the way answers for every address, even where there is no host (a virus scanner's mail
shield, a provider's or a transparent proxy). Pure: pass `now`.

A port is *intercepted* where it is open at 95% or more of the addresses of a range, 64 or more of them judged, and is
the only port at which those hosts answer. A host that answers at another port as well, open or refused, is real: it is
neither counted nor marked. Nothing outside the list is probed to find this out; a canary's answer (`accepts_all.py`)
counts like that of any port.

Two ports that are open everywhere may be intercepted, or a real fleet behind a firewall: without canaries nobody can
tell, and no doubt is stated. Where canaries were sent, their silence confirms that nobody is there: then such ports do
not prove each other.

The verdict is that of the moment, because the rows cannot wait for the last address: addresses that should have
answered by now and have not (`waiting`) count as not open. A host whose other ports are still to be asked is no
evidence for anything: a sample of such hosts is asked at once (`host_sample.py`), and where that comes too late no
doubt is stated. When the verdict changes, later rows get the new one; those that are out stay as they are.

For each port that is open in a stretch of a range (`address_ranges.py`), the open places are kept, and the number of
others. As soon as more than 5% of the addresses are not open it is decided, and nothing more is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from scanner.model import Endpoint, Result
from scanner.scanning.phantoms.address_ranges import Ranges, Spot
from scanner.scanning.phantoms.earlier_rows import EarlierRows
from scanner.scanning.phantoms.host_sample import AskSample, Sample, answers_elsewhere
from scanner.scanning.phantoms.one_host import OpenHost
from scanner.scanning.phantoms.port_counts import NEARLY_ALL
from scanner.scanning.phantoms.port_tally import PortTally
from scanner.scanning.phantoms.recently_shut import Recent

_MOST_TALLIES, _MOST_PLACES = 1024, 100_000

_Key = tuple[tuple[int, int], int, int]


class Intercepted:
    """Counts open ports by range and port. `watched`: the ports whose verdicts other than open are counted too.

    sample: gives that of a part, shared by all its ports. ask: see `AskSample`. earlier: what earlier runs found.
    """

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
        self._tallies: dict[_Key, PortTally] = {}
        self._places = 0
        self._canaried = False
        self.watched: Counter[int] = Counter()

    def opened(self, row: Result, host: OpenHost, spot: Spot, now: float) -> None:
        """Count an open port; for a target with several rows, only the first."""
        key = spot.line, spot.stretch, row.port
        tally = self._tallies.get(key)
        if tally is None:
            self._tidy()
            tally = self._tallies[key] = PortTally(spot.stretch_size, now, self._ranges.least)
            self.watched[row.port] += 1
            for each, counts in self._earlier.ports(spot, row.port):
                tally.part(each, self._sample).was(counts)
        part = tally.part(spot, self._sample)
        if not tally.live:
            if part.intercepted is not None:
                return
            tally.reopen()
            self.watched[row.port] += 1
        tally.opened(part, host, now)
        self._canaried |= host.canaries.were_sent
        self._places += 1

    def other(self, row: Result) -> None:
        """Count a watched port that is not open."""
        spot = self._ranges.spot(row.place)
        tally = self._tallies.get((spot.line, spot.stretch, row.port)) if spot is not None else None
        if spot is not None and tally is not None and tally.live:
            tally.part(spot, self._sample).shut()

    def says(self, row: Result, host: OpenHost) -> bool | None:
        """Whether an open row is intercepted as of the last look; None: not clear yet."""
        spot = self._ranges.spot(row.place) if self._tallies else None
        tally = self._tallies.get((spot.line, spot.stretch, row.port)) if spot is not None else None
        part = tally.parts.get(spot.part) if spot is not None and tally is not None else None
        if tally is None or part is None or answers_elsewhere(host, part.ports_possible):
            return False
        if answers_elsewhere(host, part.ports_everywhere):
            return None
        for each in (part, tally):
            if each.intercepted and (each.spreads or not host.ports.may_answer):
                return True
        return False if part.intercepted is False and tally.intercepted is False else None

    def look(self, waiting: Iterable[tuple[Endpoint, float]], before: float) -> None:
        """Judge again. `waiting`: what is in flight, and since when; what was sent `before` is overdue."""
        live = {key: tally for key, tally in self._tallies.items() if tally.live}
        silent: Counter[tuple[_Key, int]] = Counter()
        for endpoint, sent in waiting if live else ():
            if sent < before and endpoint.port in self.watched:
                spot = self._ranges.spot(endpoint.place)
                if spot is not None:
                    key = spot.line, spot.stretch, endpoint.port
                    if key in live:
                        live[key].part(spot, self._sample)
                        silent[key, spot.part] += 1
        for key, tally in live.items():
            for number, part in tally.parts.items():
                part.count_silent(silent[key, number])
        if self._canaried:
            self._count_ports_everywhere()
        for key, tally in live.items():
            tally.judge(before)
            if tally.intercepted is not False and not tally.recalled:
                self._recall(key, tally)
                tally.judge(before)
            for part in tally.parts.values():
                if part.suspicious:
                    self._ask(part.sample, part.alone(), key[2])
            if not tally.live:
                self._unwatch(key)

    def _count_ports_everywhere(self) -> None:
        """Tell each part how many ports are open at nearly all its addresses, and how many may be."""
        here: dict[tuple[tuple[int, int], int], list[bool | None]] = {}
        for (line, _, _), tally in self._tallies.items():
            for number, part in tally.parts.items():
                here.setdefault((line, number), []).append(part.everywhere)
        for (line, _, _), tally in self._tallies.items():
            for number, part in tally.parts.items():
                part.compare(here[line, number])

    def _recall(self, key: _Key, tally: PortTally) -> None:
        """Count again what was not open before anything was, as far back as is known, or until it is clear."""
        line, stretch, port = key
        counted = dict.fromkeys(tally.parts, 0)
        enough = (1.0 - NEARLY_ALL) * tally.size
        for row in self._recent.newest_first():
            if row.port != port:
                continue
            spot = self._ranges.spot(row.place)
            if spot is None or spot.stretch != stretch or spot.line != line:
                continue
            tally.part(spot, self._sample)
            counted[spot.part] = counted.get(spot.part, 0) + 1
            enough -= 1
            if enough < 0:
                break
        tally.recall(counted)

    def _unwatch(self, key: _Key) -> None:
        """It is decided, so its places need not be kept."""
        port = key[2]
        self.watched[port] -= 1
        if not self.watched[port]:
            del self.watched[port]
        for part in self._tallies[key].parts.values():
            self._places -= part.forget_hosts()

    def _tidy(self) -> None:
        """Forget the older half, once there are very many: what is being judged now is among the newer."""
        if len(self._tallies) < _MOST_TALLIES and self._places < _MOST_PLACES:
            return
        for key in list(self._tallies)[: len(self._tallies) // 2 + 1]:
            if self._tallies[key].live:
                self._unwatch(key)
            del self._tallies[key]
