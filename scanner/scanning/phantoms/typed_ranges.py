"""What is known about the typed ranges that open ports lie in: is a port intercepted, or everything accepted? Pure:
pass `now`.

Joins the two rules on ranges (`intercepted.py`, `accepting_ranges.py`) with the sample that both need
(`host_sample.py`).
"""

from collections.abc import Callable, Iterable

from scanner.model import Doubt, Endpoint, Place, Result
from scanner.scanning.phantoms.accepting_ranges import AcceptingRanges
from scanner.scanning.phantoms.address_ranges import Range, Ranges, Spot
from scanner.scanning.phantoms.earlier_rows import EarlierRows
from scanner.scanning.phantoms.extra_probes import ExtraProbes
from scanner.scanning.phantoms.host_sample import Sample
from scanner.scanning.phantoms.intercepted import Intercepted
from scanner.scanning.phantoms.one_host import Listed, OpenHost
from scanner.scanning.phantoms.recently_shut import Recent

#: The targets in flight, and when each was probed (later attempts count as sent long ago).
InFlight = Callable[[], Iterable[tuple[Endpoint, float]]]

_MOST_SAMPLES = 4096


class TypedRanges:
    """The ranges that were typed. `listed`: the ports of a place. `every`: see `Ranges`. `earlier`: what earlier runs
    found."""

    def __init__(
        self,
        ranges: Iterable[Range],
        recent: Recent,
        extras: ExtraProbes,
        listed: Listed,
        every: int = 1,
        earlier: EarlierRows | None = None,
    ) -> None:
        self._ranges = Ranges(ranges, every)
        self._extras = extras
        self._listed = listed
        self._samples: dict[tuple[tuple[int, int], int], Sample] = {}
        self._ports = Intercepted(self._ranges, recent, self._sample, self._ask, earlier)
        self._accepting = AcceptingRanges(self._ranges, recent, self._sample, self._ask, earlier)

    @property
    def watching(self) -> bool:
        """Whether rows that are not open matter."""
        return bool(self._ports.watched) or self._accepting.watching

    def covers(self, place: Place) -> bool:
        """Whether a place lies in a range with enough addresses."""
        return bool(self._ranges) and self._ranges.spot(place) is not None

    def opened(self, row: Result, host: OpenHost, now: float) -> None:
        """Count an open port; for a target with several rows, only the first."""
        spot = self._ranges.spot(row.place) if self._ranges else None
        if spot is not None:
            self._ports.opened(row, host, spot, now)
            self._accepting.opened(row, host, spot, now)

    def shut(self, rows: list[Result]) -> None:
        """Count a turn's rows that are not open."""
        watched, watching = self._ports.watched, self._accepting.watching
        for row in rows if watched or watching else ():
            if row.port in watched:
                self._ports.other(row)
            if watching:
                self._accepting.shut(row)

    def look(self, waiting: list[tuple[Endpoint, float]], before: float) -> None:
        """Judge again. `waiting`: what is in flight, and since when; what was sent `before` is overdue."""
        self._extras.note_late(waiting, before)
        self._ports.look(waiting, before)
        self._accepting.look(waiting, before)

    def doubt(self, row: Result, host: OpenHost, *, vouched: bool) -> str | None:
        """The doubt of an open row as of the last look; None: not clear yet. `vouched`: its host refused something
        after it. A canary that refused shows that the host does not accept everything; where all canaries were silent,
        its ports are more likely intercepted."""
        everything = False if vouched or host.canaries.tested else self._accepting.says(row.place)
        intercepted = None if everything and not host.canaries.were_sent else self._ports.says(row, host)
        if intercepted:
            return Doubt.INTERCEPTED
        if everything:
            return Doubt.ACCEPTS_EVERYTHING
        return None if everything is None or intercepted is None else ""

    def _sample(self, spot: Spot) -> Sample:
        if len(self._samples) >= _MOST_SAMPLES:
            self._samples.clear()
        return self._samples.setdefault((spot.line, spot.part), Sample())

    def _ask(self, sample: Sample, hosts: Iterable[OpenHost], port: int) -> None:
        sample.ask(hosts, port, self._listed, self._extras)
