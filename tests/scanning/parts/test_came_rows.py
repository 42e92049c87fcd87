"""What has come does not come twice, however a target is named."""

import socket

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import UNPROBED, Place, Request, Result, State
from scanner.scanning.parts.came_rows import CameRows

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)


def row(address: str, port: int, *, host: str = "", order: int = 0, scope: int = 0) -> Result:
    family = V6 if ":" in address else V4 if address else 0
    place = Place(address, family, scope=scope) if address else Place("", 0, note=UNPROBED)
    return Result(place, port, Request(host, order=order), State.REFUSED, "conn-refused")


ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.1.1", "fd00::1", "fd00::2", "fd00::101", ""])
ROWS = st.builds(
    row,
    ADDRESSES,
    st.integers(1, 3),
    host=st.sampled_from(["", "a.test", "b.test"]),
    order=st.integers(0, 1),
    scope=st.integers(0, 1),
)


def told(each: Result) -> tuple[object, ...]:
    scope = each.place.scope if each.address else 0
    return each.address, scope, each.port, each.request.order, each.request.host


@given(st.lists(ROWS, max_size=12), st.lists(ROWS, max_size=12))
def test_only_what_is_new(first: list[Result], second: list[Result]) -> None:
    came = CameRows()
    came.add(first)
    known = {told(each) for each in first}
    new = came.new(second)
    assert {told(each) for each in new} == {told(each) for each in second} - known
    assert len(new) == len({told(each) for each in new})
    assert came.new([*first, *second]) == []
