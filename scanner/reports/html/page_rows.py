"""The rows that a page lists, packed while the scan runs. (As data of the page: `page_data.py`.)

A page has at most 300,000 rows, which a browser still scrolls, filters and sorts at once: first all that is not as
expected, then what is open, what is blocked, and the rest. While they come, a row gives way to one that matters more;
those without a place are counted by state, and the page says so.

A row is packed into 30 bytes; what rows share (an entry, a place, a verdict with its details) is kept once. A row that
finds no place is not looked at further, so nothing grows beyond what so many rows, and those that gave way to them,
have brought. Measured, the page of a million rows takes 25 MB where there are 1000 hosts, and 200 MB where each row has
a host of its own.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from struct import Struct
from typing import Any

from scanner.model import Request, Result, State

#: Rows of a page.
MOST = 300_000
#: Numbers of entry, place and verdict; the time in ms since 1970, or -1 minus the number of an odd one; port; the round
#: trip in ms, or NaN.
_ROW = Struct("<IIIqHd")
#: What a packed row has where.
ENTRY, PLACE, VERDICT, TIME, PORT, RTT = range(6)
_NAN = float("nan")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.")
#: What gives way to what: not as expected, open, blocked, the rest.
_UNMET, _RANKS = 0, 4
_RANK = {State.OPEN: 1, State.TIMEOUT: 2, State.UNREACHABLE: 2, State.REFUSED: 3, State.ERROR: 2}

#: Host, address and source of rows.
RowPlace = tuple[str, str, str]
#: State, reason, sender of the ICMP error, doubt, whether it is as expected, attempts, lost SYNs.
RowVerdict = tuple[State, str, str, str, bool | None, int, int]


class PageRows:
    """The rows of a page. `left` counts those that found no place, by state. What rows share is in `entries`, `places`,
    `verdicts` and `odd_times`, each with its number; some of it may be of rows that gave way."""

    def __init__(self, most: int = MOST) -> None:
        self.left: Counter[State] = Counter()
        self.entries: dict[Request, int] = {}
        self.places: dict[RowPlace, int] = {}
        self.verdicts: dict[RowVerdict, int] = {}
        self.odd_times: dict[str, int] = {}
        self._most = most
        self._count = 0
        self._packed = [bytearray() for _ in range(_RANKS)]
        self._states: list[State] = []
        self._last_second: tuple[str, int] = "", -1
        self._last_time: tuple[str, int] = "", self._millisecond("")

    def __len__(self) -> int:
        return self._count

    def add(self, results: list[Result]) -> None:
        """Takes a batch, as far as it matters more than what is here."""
        entries, places, verdicts, packed = self.entries, self.places, self.verdicts, self._packed
        pack, ranks = _ROW.pack, _RANK
        time, when = self._last_time
        for result in results:
            state, request, place = result.state, result.request, result.place
            rank = _UNMET if result.met is False else ranks[state]
            if self._count >= self._most and not self._make_room(rank):
                self.left[state] += 1
                continue
            self._count += 1
            address = place.address
            at = request.host or address, address, place.note.source
            found = (
                state, result.reason, result.icmp_from, result.doubt, result.met, result.attempts, result.lost_syns,
            )  # fmt: skip
            verdict = verdicts.get(found)
            if verdict is None:
                verdict = verdicts[found] = len(verdicts)
                self._states.append(state)
            if result.time != time:
                time, when = result.time, self._millisecond(result.time)
            rtt = result.rtt_ms
            packed[rank] += pack(
                entries.setdefault(request, len(entries)), places.setdefault(at, len(places)), verdict, when,
                result.port, _NAN if rtt is None else rtt,
            )  # fmt: skip
        self._last_time = time, when

    def column(self, at: int) -> Iterator[Any]:
        """One value of each row, those that matter most first."""
        value = itemgetter(at)
        return (each for rows in self._packed for each in map(value, _ROW.iter_unpack(rows)))

    def _make_room(self, rank: int) -> bool:
        """Whether a row of this rank gets a place: the last one of those that matter least goes, if it matters less."""
        for other in range(_RANKS - 1, rank, -1):
            rows = self._packed[other]
            if rows:
                verdict = _ROW.unpack_from(rows, len(rows) - _ROW.size)[VERDICT]
                del rows[-_ROW.size :]
                self.left[self._states[verdict]] += 1
                self._count -= 1
                return True
        return False

    def _millisecond(self, time: str) -> int:
        """A time as a number, from which it can be had again; -1 or less where it is no time as ours are. Of the times
        of a second only the first is read: in a fast scan each row may have an instant of its own."""
        second, digits = time[:20], time[20:23]
        if second != self._last_second[0]:
            self._last_second = second, _start_of(second)
        start = self._last_second[1]
        if start >= 0 and len(time) == 24 and time[23] == "Z" and digits.isascii() and digits.isdigit():
            return start + int(digits)
        return -1 - self.odd_times.setdefault(time, len(self.odd_times))


def _start_of(second: str) -> int:
    """Milliseconds from 1970 to a second, such as `2026-01-31T12:00:00.`; -1 where it is none, or before that."""
    if not _SECOND.fullmatch(second):
        return -1
    try:
        return max(-1, int(datetime.fromisoformat(f"{second[:19]}Z").timestamp()) * 1000)
    except ValueError:  # there is no such day, or hour
        return -1
