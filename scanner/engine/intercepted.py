"""Ports that something on the way answers for every address, also where no host is (a virus scanner's mail shield, a
provider's or a transparent proxy). Pure: pass `now`.

A port is *intercepted* where it is open at 95 % or more of the addresses of a range, 64 or more of them judged, and is
the only thing that those hosts answer. A host that answers at another port as well, open or refused, is real: it is
neither counted nor marked. Nothing is probed to find this out; what a canary answers (`acceptall.py`) counts like any
port.

The verdict is that of the moment, as the rows cannot wait for the last address: the hosts whose other ports are still
to be asked count as having nothing else, and those that should have answered by now and have not (`waiting`) as not
open. When it changes, later rows are told otherwise; those that are out stay as they are.

Kept for each port and stretch of a range (`ranges.py`) of which a port is open: the open places and how many others.
As soon as more than 5 % of the addresses are something else it is decided, and nothing more is counted.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from scanner.engine.ranges import LEAST, Range, Ranges, Spot
from scanner.engine.recent import Recent
from scanner.model import Endpoint, Place, Result

INTERCEPTED = "intercepted"
_SHARE = 0.95
_MOST_TALLIES, _MOST_PLACES = 1024, 100_000
NEVER = float("inf")

_Key = tuple[tuple[int, int], int, int]


class _Part:
    """The addresses of a range in one /24: where the port is open, how many are something else, or silent so far.

    `verdict`: intercepted or not as of the last look; None: may still become either. `judged` is of that look, too.
    `since`: when the port was first open here.
    """

    __slots__ = ("judged", "opens", "others", "silent", "since", "size", "verdict")

    def __init__(self, size: int) -> None:
        self.size = size
        self.since = NEVER
        self.opens: list[Place] = []
        self.others = self.silent = self.judged = 0
        self.verdict: bool | None = None

    def count_silent(self, count: int) -> None:
        """So many are in flight and overdue. Others may wait for another attempt: silence ends with a verdict only."""
        judged = len(self.opens) + self.others
        self.silent = max(count, self.silent - (judged - self.judged))
        self.judged = judged


class _Tally:
    """One port in one stretch. `live`: rows are counted, as long as any part or the whole may be intercepted."""

    __slots__ = ("live", "parts", "recalled", "since", "size", "verdict")

    def __init__(self, size: int, now: float) -> None:
        self.size = size
        self.since = now
        self.parts: dict[int, _Part] = {}
        self.live = True
        self.recalled = False
        self.verdict: bool | None = None

    def part(self, spot: Spot) -> _Part:
        """The part that an address lies in."""
        found = self.parts.get(spot.part)
        if found is None:
            found = self.parts[spot.part] = _Part(spot.part_size)
        return found

    def judge(self, before: float) -> None:
        """The verdicts on its parts and on the whole. Where the first port was open after `before`, silence has not
        told anything yet."""
        whole, hopeless = Count(), True
        for part in self.parts.values():
            alone = sum([alone_open(place) for place in part.opens])
            count = Count(len(part.opens), alone, part.others, part.silent)
            part.verdict = verdict(part.size, count, early=part.since > before)
            hopeless = hopeless and (not part.opens or is_hopeless(part.size, count))
            whole = Count(*map(sum, zip(whole, count, strict=True)))
        self.verdict = verdict(self.size, whole, early=self.since > before)
        complete = whole.opens + whole.others >= self.size
        self.live = not (complete or (hopeless and is_hopeless(self.size, whole)))


class Count(NamedTuple):
    """Of the addresses of a range: open at a port; of these, those that answer nothing else; judged to be something
    else; silent, though an answer should have come."""

    opens: int = 0
    alone: int = 0
    others: int = 0
    silent: int = 0


def alone_open(place: Place) -> bool:
    """Whether one port is all that this host has answered at, as far as is known."""
    return place.judged - place.mute == 1


def is_hopeless(size: int, count: Count) -> bool:
    """Whether a port can no more turn out to be intercepted, whatever the rest of the addresses answer."""
    to_come = size - count.opens - count.others
    return count.others > (1.0 - _SHARE) * size or count.alone + count.others + to_come < LEAST


def verdict(size: int, count: Count, *, early: bool = False) -> bool | None:
    """Intercepted or not, as of now; None where it is worth to wait for the next answers: also where it is too early
    for silent addresses to be known.

    Silence alone is no lasting no: it may be loss.
    """
    judged = count.alone + count.others
    if is_hopeless(size, count) or count.silent > count.opens:
        return False
    if early and count.opens + count.others < size:
        return None
    return True if judged >= LEAST and count.alone >= _SHARE * (judged + count.silent) else None


class Intercepted:
    """Counts open ports by range and port. `watched`: of these ports verdicts that are not open are counted too."""

    def __init__(self, ranges: Iterable[Range], recent: Recent) -> None:
        self._ranges = Ranges(ranges)
        self._recent = recent
        self._tallies: dict[_Key, _Tally] = {}
        self._places = 0
        self.watched: Counter[int] = Counter()

    def covers(self, place: Place) -> bool:
        """Whether it lies in a range of enough addresses."""
        return bool(self._ranges) and self._ranges.spot(place) is not None

    def opened(self, row: Result, now: float) -> None:
        """A port is open; of a target with several rows the first."""
        spot = self._ranges.spot(row.place) if self._ranges else None
        if spot is None:
            return
        key = spot.line, spot.stretch, row.port
        tally = self._tallies.get(key)
        if tally is None:
            self._tidy()
            tally = self._tallies[key] = _Tally(spot.stretch_size, now)
            self.watched[row.port] += 1
        part = tally.part(spot)
        if not tally.live:
            if part.verdict is not None:
                return
            tally.live, tally.recalled = True, False  # a part of which nothing was known
            self.watched[row.port] += 1
        part.opens.append(row.place)
        part.since = min(part.since, now)
        self._places += 1

    def other(self, row: Result) -> None:
        """A watched port is not open here."""
        spot = self._ranges.spot(row.place)
        tally = self._tallies.get((spot.line, spot.stretch, row.port)) if spot is not None else None
        if spot is not None and tally is not None and tally.live:
            tally.part(spot).others += 1

    def says(self, row: Result) -> bool | None:
        """Whether an open row is intercepted as of the last look; None: not clear yet."""
        spot = self._ranges.spot(row.place) if self._tallies else None
        if spot is None or not alone_open(row.place):
            return False
        tally = self._tallies.get((spot.line, spot.stretch, row.port))
        part = tally.parts.get(spot.part) if tally is not None else None
        if tally is None or part is None:
            return False
        if part.verdict or tally.verdict:
            return True
        return False if part.verdict is False and tally.verdict is False else None

    def look(self, waiting: Iterable[tuple[Endpoint, float]], before: float) -> None:
        """Judges anew. `waiting`: what is in flight, and since when; overdue is what was sent `before`."""
        live = {key: tally for key, tally in self._tallies.items() if tally.live}
        silent: Counter[tuple[_Key, int]] = Counter()
        for endpoint, sent in waiting if live else ():
            if sent < before and endpoint.port in self.watched:
                spot = self._ranges.spot(endpoint.place)
                if spot is not None:
                    key = spot.line, spot.stretch, endpoint.port
                    if key in live:
                        live[key].part(spot)
                        silent[key, spot.part] += 1
        for key, tally in live.items():
            for number, part in tally.parts.items():
                part.count_silent(silent[key, number])
            tally.judge(before)
            if tally.verdict is not False and not tally.recalled:
                self._recall(key, tally)
                tally.judge(before)
            if not tally.live:
                self._unwatch(key)

    def _recall(self, key: _Key, tally: _Tally) -> None:
        """Counts anew what was not open before anything was: so far back as it is known, or until it is clear."""
        tally.recalled = True
        line, stretch, port = key
        counted = dict.fromkeys(tally.parts, 0)
        enough = (1.0 - _SHARE) * tally.size
        for row in self._recent.newest_first():
            if row.port != port:
                continue
            spot = self._ranges.spot(row.place)
            if spot is None or spot.stretch != stretch or spot.line != line:
                continue
            tally.part(spot)
            counted[spot.part] = counted.get(spot.part, 0) + 1
            enough -= 1
            if enough < 0:
                break
        for number, count in counted.items():
            tally.parts[number].others = max(tally.parts[number].others, count)

    def _unwatch(self, key: _Key) -> None:
        """It is decided: the places need not be kept."""
        port = key[2]
        self.watched[port] -= 1
        if not self.watched[port]:
            del self.watched[port]
        for part in self._tallies[key].parts.values():
            self._places -= len(part.opens)
            part.opens = []

    def _tidy(self) -> None:
        """Forgets the older half, once there are very many: what is judged now lies close together."""
        if len(self._tallies) < _MOST_TALLIES and self._places < _MOST_PLACES:
            return
        for key in list(self._tallies)[: len(self._tallies) // 2 + 1]:
            if self._tallies[key].live:
                self._unwatch(key)
            del self._tallies[key]
