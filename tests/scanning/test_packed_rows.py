"""Rows packed and made again: nothing of them is lost, and nothing but rows comes out."""

import json
import socket
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Need, Note, Place, Reason, Request, Result, State
from scanner.scanning.packed_rows import PackError, RowPacker, RowUnpacker

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)
NEEDS = [Need(1, "web"), Need(2, "web")]

texts = st.text(max_size=8)
places = st.one_of(
    st.builds(lambda last: Place(f"10.0.0.{last}", V4, ports=3, note=Note("10.0.0.9")), st.integers(1, 9)),
    st.builds(lambda last: Place(f"fe80::{last}%eth0", V6, scope=2, note=Note()), st.integers(1, 9)),
    st.just(Place("", 0)),
)
requests = st.builds(
    Request,
    texts,
    name=texts,
    expect=st.sampled_from(["", "open"]),
    tags=st.lists(texts, max_size=2).map(tuple),
    timeout=st.floats(0.001, 3600),
    retries=st.integers(0, 100),
    one=st.booleans(),
    order=st.integers(0, 99),
    vantage=texts,
    typed_timeout=st.booleans(),
    need=st.sampled_from([None, *NEEDS]),
)
rows = st.builds(
    Result,
    places,
    st.integers(1, 65535),
    requests,
    st.sampled_from(State),
    st.sampled_from([*Reason, "EACCES"]),
    st.sampled_from(["", "10.0.0.254"]),
    st.none() | st.floats(0, 1e6),
    st.integers(0, 200),
    st.just("2026-01-31T23:59:59.123Z"),
    st.sampled_from(["", "lossy"]),
    st.none(),
    st.integers(0, 7),
)


@given(st.lists(st.lists(rows, max_size=6), max_size=3))
def test_what_was_packed_comes_out_again(packs: list[list[Result]]) -> None:
    packer, unpacker = RowPacker(NEEDS), RowUnpacker(NEEDS)
    for some in packs:
        out = unpacker.unpack(packer.pack(some))
        assert [each.as_dict() for each in out] == [each.as_dict() for each in some]
        assert [each.request.need for each in out] == [each.request.need for each in some]
        assert [each.request.order for each in out] == [each.request.order for each in some]
        assert [(each.place.family, each.place.scope) for each in out] == [
            (each.place.family, each.place.scope) for each in some
        ]
        assert all(isinstance(each.state, State) for each in out)


def row(place: Place, port: int = 80, request: Request | None = None) -> Result:
    return Result(place, port, request or Request(), State.REFUSED, Reason.CONN_REFUSED)


def test_a_place_and_a_request_stay_the_same_objects_and_the_place_knows_what_was_known() -> None:
    place, request = Place("10.0.0.1", V4, ports=2, note=Note()), Request(name="web")
    packer, unpacker = RowPacker(), RowUnpacker()
    (first,) = unpacker.unpack(packer.pack([row(place, 80, request)]))
    place.note.knows("10.0.0.9", verdicts=2, opened=0, mute=0, refused=80)
    (second,) = unpacker.unpack(packer.pack([row(place, 81, request)]))
    assert first.place is second.place
    assert first.request is second.request
    assert first.source == "10.0.0.9"
    assert first.place.note.answers
    assert first.place.note.refused == 80


def test_places_that_do_not_come_again_are_let_go() -> None:
    """A sweep of one port may have millions of them."""
    packer, unpacker = RowPacker(), RowUnpacker()
    pack = packer.pack([row(Place("10.0.0.1", V4, note=Note()))])
    (first,), (second,) = unpacker.unpack(pack), unpacker.unpack(pack)
    assert first.place is not second.place


def test_torn_and_foreign_bytes_are_refused() -> None:
    data = RowPacker().pack([row(Place("10.0.0.1", V4))])
    for bad in [b"", b"x", data[:-1], data + b"\0", data[:9] + b"\xff" + data[10:], b"PK" + data]:
        with pytest.raises(PackError):
            RowUnpacker().unpack(bad)


def resealed(data: bytes, change: Any) -> bytes:
    """The same with its tables changed, and a checksum that fits."""
    length = int.from_bytes(data[8:12], "little")
    tables = json.loads(data[12 : 12 + length])
    change(tables)
    text = json.dumps(tables).encode()
    body = len(text).to_bytes(4, "little") + text + data[12 + length :]
    return data[:4] + zlib.crc32(body).to_bytes(4, "little") + body


def cut_off(tables: list[Any]) -> None:
    tables[2].clear()


@pytest.mark.parametrize(
    ("table", "at", "value"),
    [
        (2, 0, 5),
        (2, 0, "x"),
        (3, 0, 7),
        (3, 0, "x"),
        (3, 4, ["x"]),
        (4, 1, None),
        (4, 10, 3),
        (5, 0, "ajar"),
        (5, 3, "1"),
    ],
)
def test_tables_of_other_things_are_refused(table: int, at: int, value: Any) -> None:
    data = RowPacker().pack([row(Place("10.0.0.1", V4))])

    def change(tables: list[Any]) -> None:
        (tables[table] if table == 2 else tables[table][0])[at] = value

    with pytest.raises(PackError):
        RowUnpacker().unpack(resealed(data, change))


def test_more_rows_than_places_and_columns_that_do_not_fit_are_refused() -> None:
    data = RowPacker().pack([row(Place("10.0.0.1", V4))])
    for change in (
        cut_off,
        lambda tables: tables.__setitem__(1, "0.0.0.0"),
        lambda tables: tables.__setitem__(1, 5),
        lambda tables: tables.__setitem__(0, 2),
        lambda tables: tables.__setitem__(0, 0),
    ):
        with pytest.raises(PackError):
            RowUnpacker().unpack(resealed(data, change))
