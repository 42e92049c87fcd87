"""The rows that a page lists, packed while the scan runs, and as compact data in the end.

A page has at most 300,000 rows, which a browser still scrolls, filters and sorts at once: first all that is not as
expected, then what is open, what is blocked, and the rest. While they come, a row gives way to one that matters more;
those without a place are counted by state, and the page says so. A row is packed; what rows share (an entry, a place, a
verdict with its details, an instant) is kept once. A row that finds no place is not looked at further, so nothing grows
beyond what so many rows, and those that gave way to them, have brought.

As data, a row is a number in each of some columns: which entry, place, verdict and instant it has, its port, its round
trip. Places come in the order of their addresses, so that their numbers sort as they do.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from struct import Struct
from typing import Any

from scanner.model import Request, Result, State
from scanner.reports.html.page_text import in_data_block
from scanner.reports.tables import address_key
from scanner.services import service_name

#: Rows of a page.
MOST = 300_000
#: Numbers of entry, place, verdict and time; port; the round trip in ms, or NaN.
_ROW = Struct("<IIIIHd")
_ENTRY, _PLACE, _VERDICT, _TIME, _PORT, _RTT = range(6)
_NAN = float("nan")
#: What gives way to what: not as expected, open, blocked, the rest.
_UNMET, _RANKS = 0, 4
_RANK = {State.OPEN: 1, State.TIMEOUT: 2, State.UNREACHABLE: 2, State.REFUSED: 3, State.ERROR: 2}


class PageRows:
    """The rows of a page. `left` counts those that found no place, by state."""

    def __init__(self, most: int = MOST) -> None:
        self.left: Counter[State] = Counter()
        self._most = most
        self._count = 0
        self._packed = [bytearray() for _ in range(_RANKS)]
        self._entries: dict[Request, int] = {}
        self._places: dict[tuple[str, str, str], int] = {}
        self._verdicts: dict[tuple[State, str, str, str, bool | None, int, int], int] = {}
        self._states: list[State] = []
        self._times: list[str] = [""]

    def __len__(self) -> int:
        return self._count

    def add(self, results: list[Result]) -> None:
        """Takes a batch, as far as it matters more than what is here."""
        entries, places, verdicts, packed = self._entries, self._places, self._verdicts, self._packed
        times, pack, ranks = self._times, _ROW.pack, _RANK
        for result in results:
            state, request, place = result.state, result.request, result.place
            rank = _UNMET if result.met is False else ranks[state]
            if self._count >= self._most and not self._make_room(rank):
                self.left[state] += 1
                continue
            self._count += 1
            entry = entries.setdefault(request, len(entries))
            address = place.address
            at = request.host or address, address, place.note.source
            number = places.setdefault(at, len(places))
            found = (
                state, result.reason, result.icmp_from, result.doubt, result.met, result.attempts, result.lost_syns,
            )  # fmt: skip
            verdict = verdicts.get(found)
            if verdict is None:
                verdict = verdicts[found] = len(verdicts)
                self._states.append(state)
            if result.time != times[-1]:
                times.append(result.time)
            rtt = result.rtt_ms
            packed[rank] += pack(entry, number, verdict, len(times) - 1, result.port, _NAN if rtt is None else rtt)

    def _make_room(self, rank: int) -> bool:
        """Whether a row of this rank gets a place: the last one of those that matter least goes, if it matters less."""
        for other in range(_RANKS - 1, rank, -1):
            rows = self._packed[other]
            if rows:
                verdict = _ROW.unpack_from(rows, len(rows) - _ROW.size)[_VERDICT]
                del rows[-_ROW.size :]
                self.left[self._states[verdict]] += 1
                self._count -= 1
                return True
        return False

    def data(self, map_row: Mapping[str, int]) -> Iterator[str]:
        """The rows as a JSON object, in parts. `map_row`: the row of the overview by address, or by host where there is
        no address."""
        order = sorted(self._places, key=lambda place: address_key(place[1], place[0]))
        numbers = {self._places[place]: number for number, place in enumerate(order)}
        yield f'{{"count": {self._count},\n"entries": '
        yield _json([[each.name, each.expect, list(each.tags), each.vantage] for each in self._entries])
        yield ',\n"places": '
        yield _json([[*place, map_row.get(place[1] or place[0], -1)] for place in order])
        yield ',\n"verdicts": '
        yield _json([[found[0].value, *map(_bare, found[1:])] for found in self._verdicts])
        yield ',\n"times": '
        yield _json(self._times)
        ports = self._column(_PORT)
        yield ',\n"services": '
        yield _json({port: name for port in sorted(set(ports)) if (name := service_name(port))})
        yield f',\n"port": [{",".join(map(str, ports))}]'
        del ports
        for name, at in (("entry", _ENTRY), ("verdict", _VERDICT), ("time", _TIME)):
            yield f',\n"{name}": [{",".join(map(str, self._column(at)))}]'
        yield f',\n"place": [{",".join([str(numbers[each]) for each in self._column(_PLACE)])}]'
        yield f',\n"rtt_ms": [{",".join(["-1" if each != each else f"{each:.3f}" for each in self._column(_RTT)])}]}}'

    def _column(self, at: int) -> list[Any]:
        """One value of each row."""
        value = itemgetter(at)
        return [each for rows in self._packed for each in map(value, _ROW.iter_unpack(rows))]


def _bare(value: Any) -> Any:
    """A reason or doubt as a bare text: an enumeration's member is one, too."""
    return str(value) if isinstance(value, str) else value


def _json(value: Sequence[Any] | Mapping[Any, Any]) -> str:
    return in_data_block(value)
