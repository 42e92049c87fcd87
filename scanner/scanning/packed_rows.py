"""Rows on their way out of a process: packed into bytes, and made into rows again elsewhere, or later.

What is packed is what an engine finds: whether it is as expected (`met`) is judged where rows from everywhere come
together. A pack is tables of the places, requests and verdicts of its rows, as JSON, and columns of numbers, some 27
bytes a row, with a checksum over all of it. It is made of values alone, never of code, and read strictly: it may come
out of a file, or over a network.

The order of the columns is that of `_COLUMNS`; numbers are little-endian.
"""

import json
import socket
import sys
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from math import isnan, nan
from operator import attrgetter
from typing import Any, TypeVar

from scanner.model import UNPROBED, Need, Note, Place, Reason, Request, Result, State

T = TypeVar("T")

_MAGIC = b"SR2\n"
#: place, request, verdict: indices into the tables; port; round trip in milliseconds, NaN for none.
_COLUMNS = "IIIHd"
_HEAD = len(_MAGIC) + 4 + 4  # with the checksum of what follows, and the length of the tables
_FAMILIES = {0: 0, int(socket.AF_INET): 4, int(socket.AF_INET6): 6}
_FAMILY_OF = {number: family for family, number in _FAMILIES.items()}
#: What rows have in common.
_PLACE_OF, _REQUEST_OF = attrgetter("place"), attrgetter("request")
#: The types of what a place (beside its address), a note, a request and a verdict are told by.
_SAID: list[type] = [int, int, int, int]
_NOTE = [str, int, int, int, int]
_REQUEST = [str, str, str, list, float, int, bool, int, str, bool]
_VERDICT = [str, str, str, int, str, str, int]
_REASONS = {str(reason): reason for reason in Reason}
#: So many places, and so many requests, stay the same objects from pack to pack.
_MOST_KEPT = 1 << 17


class PackError(ValueError):
    """These bytes are no packed rows, or not all of them."""


class RowPacker:
    """`needs`: those of the plan that the rows are of, which is known on the other side."""

    def __init__(self, needs: Sequence[Need] = ()) -> None:
        self._needs = {need: at for at, need in enumerate(needs)}

    def pack(self, rows: Sequence[Result]) -> bytes:
        """These rows as bytes."""
        places, of_places = _numbered(map(_PLACE_OF, rows))
        requests, of_requests = _numbered(map(_REQUEST_OF, rows))
        verdicts: dict[tuple[Any, ...], int] = {}
        columns: tuple[Iterable[float], ...] = (
            of_places,
            of_requests,
            [  # one at a time: as many tuples at once would have the garbage collector look at them
                verdicts.setdefault(
                    (row.state, row.reason, row.icmp_from, row.attempts, row.time, row.doubt, row.lost_syns),
                    len(verdicts),
                )
                for row in rows
            ],
            [row.port for row in rows],
            [nan if row.rtt_ms is None else row.rtt_ms for row in rows],
        )
        said, of_said = _numbered(map(_said_of, places))
        tables = [
            len(rows),
            "\n".join([place.address for place in places]),
            [*of_said],
            [*said],
            [self._request_values(request) for request in requests],
            [[str(part) if isinstance(part, str) else part for part in verdict] for verdict in verdicts],
        ]
        text = json.dumps(tables, separators=(",", ":")).encode()
        body = (
            len(text).to_bytes(4, "little")
            + text
            + b"".join([_column_bytes(kind, column) for kind, column in zip(_COLUMNS, columns, strict=True)])
        )
        return _MAGIC + zlib.crc32(body).to_bytes(4, "little") + body

    def _request_values(self, request: Request) -> list[Any]:
        return [
            request.host, request.name, request.expect, list(request.tags), request.timeout, request.retries,
            request.one, request.order, request.vantage, request.typed_timeout,
            self._needs[request.need] if request.need is not None else None,
        ]  # fmt: skip


class RowUnpacker:
    """Makes rows again. What had one place, or one request, has one again, also across packs (as far as they are kept);
    the `note` of a place says what the packing side knew of it last. But for places with one port: where such a one
    comes again (in another pack, or under another name), it is another object with a note of its own. So who tells
    hosts apart goes by their addresses."""

    def __init__(self, needs: Sequence[Need] = (), most_kept: int = _MOST_KEPT) -> None:
        self._needs = needs
        self._most_kept = most_kept
        self._places: OrderedDict[tuple[str, int], Place] = OrderedDict()
        self._requests: OrderedDict[str, Request] = OrderedDict()

    def unpack(self, data: bytes) -> list[Result]:
        """The rows. Raises PackError."""
        body = memoryview(data)[len(_MAGIC) + 4 :]
        if len(data) < _HEAD or data[: len(_MAGIC)] != _MAGIC:
            raise PackError("these are no packed rows")
        if zlib.crc32(body) != int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "little"):
            raise PackError("packed rows are torn or changed")
        length = int.from_bytes(body[:4], "little")
        try:
            return self._rows(json.loads(bytes(body[4 : 4 + length])), body[4 + length :])
        except PackError:
            raise
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise PackError(f"packed rows cannot be read: {error}") from None

    def _rows(self, tables: list[Any], columns: memoryview) -> list[Result]:
        count, addresses, of_said, said, asked, judged = tables
        if type(addresses) is not str:
            raise PackError("packed rows have addresses that are no text")
        known = [_checked(each) for each in said]
        places = [
            self._place(address, *known[at])
            for address, at in zip(addresses.split("\n") if of_said else (), of_said, strict=True)
        ]
        requests = [self._request(each) for each in asked]
        verdicts = [_verdict(each) for each in judged]
        return [
            Result(
                places[place], port, requests[request], state, reason, icmp_from,
                None if isnan(rtt) else rtt, attempts, time, doubt, None, lost_syns,
            )
            for place, request, (state, reason, icmp_from, attempts, time, doubt, lost_syns), port, rtt in zip(
                *_columns(columns, count, verdicts), strict=True
            )
        ]  # fmt: skip

    def _place(self, address: str, family: int, scope: int, ports: int, rowless: int, noted: Any) -> Place:
        place = self._places.get((address, scope))
        if place is None:
            note = Note() if address else UNPROBED
            place = Place(address, family, scope=scope, ports=ports, note=note)
            if ports > 1:  # else it does not come again, and there may be millions of these
                _make_room(self._places, self._most_kept)
                self._places[address, scope] = place
        place.has_ports(ports, rowless=rowless)
        if noted is not None:
            source, verdicts, opened, mute, refused = noted
            place.note.knows(source, verdicts=verdicts, opened=opened, mute=mute, refused=refused)
        return place

    def _request(self, values: list[Any]) -> Request:
        key = json.dumps(values)
        request = self._requests.get(key)
        if request is None:
            host, name, expect, tags, timeout, retries, one, order, vantage, typed, need = _typed(values, _REQUEST, 1)
            request = Request(
                host, name=name, expect=expect, tags=tuple(map(str, tags)), timeout=timeout, retries=retries, one=one,
                order=order, vantage=vantage, typed_timeout=typed, need=None if need is None else self._needs[need],
            )  # fmt: skip
            _make_room(self._requests, self._most_kept)
            self._requests[key] = request
        return request


def _typed(values: Any, types: list[type], more: int = 0) -> list[Any]:
    """These values, if they are a list of such types and so many more. (A whole number of seconds is one, too.)"""
    if type(values) is not list or len(values) != len(types) + more:
        raise PackError("packed rows have other tables than they should")
    for value, wanted in zip(values, types, strict=False):
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            raise PackError(f"packed rows have {value!r} where {wanted.__name__} should be")
    return values


def _verdict(values: Any) -> tuple[Any, ...]:
    state, reason, *rest = _typed(values, _VERDICT)
    return State(state), _REASONS.get(reason, reason), *rest


def _said_of(place: Place) -> tuple[Any, ...]:
    """What a place is told by beside its address: many have it in common."""
    note = place.note
    noted = None
    if note is not UNPROBED:
        noted = note.source, note.verdicts, note.opened, note.mute, note.refused
    return _FAMILIES[place.family], place.scope, place.ports, place.rowless, noted


def _checked(said: Any) -> list[Any]:
    """The same out of a pack, the family as sockets know it."""
    family, scope, ports, rowless, noted = _typed(said, _SAID, 1)
    return [_FAMILY_OF[family], scope, ports, rowless, noted and _typed(noted, _NOTE)]


def _numbered(each: Iterable[T]) -> tuple[dict[T, int], Iterable[int]]:
    """What there is, each once and numbered, and the numbers of all."""
    found = list(each)
    numbers = {one: at for at, one in enumerate(dict.fromkeys(found))}
    return numbers, map(numbers.__getitem__, found)


def _make_room(kept: OrderedDict[Any, Any], most: int) -> None:
    """The oldest goes where there are many. (A plain dict takes longer and longer to find its first.)"""
    if len(kept) >= most:
        kept.popitem(last=False)


def _column_bytes(kind: str, values: Iterable[float]) -> bytes:
    column = array(kind, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _columns(data: memoryview, count: int, verdicts: list[Any]) -> list[Sequence[Any]]:
    """The columns, the verdicts themselves in that of their indices."""
    columns: list[Sequence[Any]] = []
    for kind in _COLUMNS:
        column = array(kind)
        size = column.itemsize * count
        column.frombytes(data[:size])
        data = data[size:]
        if sys.byteorder == "big":
            column.byteswap()
        columns.append(column)
    if data:
        raise PackError("packed rows are longer than they say")
    columns[2] = [verdicts[at] for at in columns[2]]
    return columns
