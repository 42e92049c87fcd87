"""The rows of a page as compact data: JSON that the page's script turns into typed arrays (`report_data.js`).

A row is a number in each of some columns: which entry, place and verdict it has, its time, port and round trip. Places
come in the order of their addresses, so that their numbers sort as they do. Times are milliseconds after `first_time`;
below zero they count, from -1 down, in `odd_times`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from scanner.reports.html.page_rows import ENTRY, PLACE, PORT, RTT, TIME, VERDICT, PageRows
from scanner.reports.html.page_text import in_data_block
from scanner.reports.tables import address_key
from scanner.services import service_name

#: Items that are spelled at once, for a list of all would take several times as much memory as they do.
_TOGETHER = 10_000

_Item = TypeVar("_Item")


def rows_data(rows: PageRows, map_row: Mapping[str, int]) -> Iterator[str]:
    """The rows as a JSON object, in parts. `map_row`: the row of the overview by address, or by host where there is no
    address."""
    yield f'{{"count": {len(rows)}'
    places = _used(rows.places, rows.column(PLACE))
    places.sort(key=lambda item: address_key(item[1][1], item[1][0]))
    yield from _list("places", ([*place, map_row.get(place[1] or place[0], -1)] for _, place in places))
    yield from _numbers("place", _renumbered(rows.column(PLACE), places))
    del places
    entries = _used(rows.entries, rows.column(ENTRY))
    yield from _list("entries", ([each.name, each.expect, list(each.tags), each.vantage] for _, each in entries))
    yield from _numbers("entry", _renumbered(rows.column(ENTRY), entries))
    verdicts = _used(rows.verdicts, rows.column(VERDICT))
    yield from _list("verdicts", (verdict for _, verdict in verdicts))
    yield from _numbers("verdict", _renumbered(rows.column(VERDICT), verdicts))
    first = min((time for time in rows.column(TIME) if time >= 0), default=0)
    yield f',\n"first_time": {first}'
    yield from _list("odd_times", rows.odd_times)
    yield from _numbers("time", (time - first if time >= 0 else time for time in rows.column(TIME)))
    named = ((port, service_name(port)) for port in sorted(set(rows.column(PORT))))
    yield f',\n"services": {in_data_block({port: name for port, name in named if name})}'
    yield from _numbers("port", rows.column(PORT))
    yield from _list("rtt_ms", rows.column(RTT), _round_trips)
    yield "}"


def _used(numbers: Mapping[_Item, int], column: Iterable[int]) -> list[tuple[int, _Item]]:
    """The items that a column has, by number: rows that gave way have left some behind."""
    used = set(column)
    return [(number, item) for item, number in numbers.items() if number in used]


def _renumbered(column: Iterable[int], items: Iterable[tuple[int, Any]]) -> Iterable[int]:
    """A column, by the places of its items in their list."""
    places = {number: place for place, (number, _) in enumerate(items)}
    return map(places.__getitem__, column)


def _round_trips(values: list[float]) -> str:
    """In ms with three decimals; -1 for none (NaN, the only number that is not equal to itself)."""
    return ",".join([f"{value:.3f}" if value == value else "-1" for value in values])


def _whole_numbers(values: list[int]) -> str:
    return ",".join(map(str, values))


def _values(values: list[Any]) -> str:
    """As JSON; a state, reason or doubt is a member of an enumeration, but a text, too."""
    return in_data_block(values)[1:-1]


def _list(name: str, items: Iterable[Any], spell: Callable[[list[Any]], str] = _values) -> Iterator[str]:
    """`"name": [item, ...]` after a comma, so many at once."""
    yield f',\n"{name}": ['
    before, rest = "", iter(items)
    while some := list(islice(rest, _TOGETHER)):
        yield before + spell(some)
        before = ",\n"
    yield "]"


def _numbers(name: str, column: Iterable[int]) -> Iterator[str]:
    yield from _list(name, column, _whole_numbers)
