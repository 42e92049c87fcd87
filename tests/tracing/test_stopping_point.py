"""Where a blocked target stops: by the scan's own row, and by its trace."""

import pytest

from scanner.model import End, Hop, Place, Request, Result, State, Trace
from scanner.tracing.stopping_point import StoppingPoint, places, rejected_at, tells, traced_to


def trace(end: End, *hops: str) -> Trace:
    stations = tuple(Hop(number, address or None) for number, address in enumerate(hops, 1))
    return Trace("10.0.0.1", "10.0.0.1", 22, stations, end)


_UNREACHABLE, _TIMEOUT = State.UNREACHABLE, State.TIMEOUT


@pytest.mark.parametrize(
    ("sender", "at", "address", "text"),
    [
        ("10.9.9.9", "hop", "10.9.9.9", "admin-prohibited from 10.9.9.9"),
        ("10.0.0.1", "target", "", "admin-prohibited from the target"),
        ("", "here", "", "admin-prohibited from this host"),
    ],
)
def test_who_sent_it_decides(sender: str, at: str, address: str, text: str) -> None:
    row = Result(Place("10.0.0.1", 2), 22, Request(), _UNREACHABLE, "admin-prohibited", sender)
    stop = rejected_at(row)
    assert (stop.at, stop.address, stop.text) == (at, address, text)
    assert StoppingPoint(_UNREACHABLE, "admin-prohibited").text == "admin-prohibited", "of whom it is not known"


@pytest.mark.parametrize(
    ("found", "at", "address", "hop"),
    [
        (trace(End(_TIMEOUT, "no-response", "", 2), "10.1.0.1", "10.2.0.1"), "hop", "10.2.0.1", 2),
        (trace(End(_TIMEOUT, "no-response", "", 0)), "here", "", 0),
        (trace(End(_UNREACHABLE, "port-unreach", "10.1.0.1", 1), "10.1.0.1"), "hop", "10.1.0.1", 1),
        (trace(End(_UNREACHABLE, "port-unreach", "10.7.7.7", None)), "hop", "10.7.7.7", None),
        (trace(End(_UNREACHABLE, "host-unreach", "", 0)), "here", "", None),
        (trace(End(_UNREACHABLE, "port-unreach", "10.0.0.1", 3)), "target", "", None),
        (trace(End(State.OPEN, "syn-ack", "", 3)), "target", "", None),
        (trace(End(State.ERROR, "EACCES", "", 0)), "here", "", None),
    ],
)
def test_by_its_trace(found: Trace, at: str, address: str, hop: int | None) -> None:
    stop = traced_to(found, {"10.1.0.1": 1})
    assert (stop.at, stop.address, stop.hop) == (at, address, hop)


def test_what_tells_nothing() -> None:
    assert tells(trace(End(_TIMEOUT, "no-response", "", 0)))
    assert tells(trace(End(State.OPEN, "syn-ack", "", None)))
    assert not tells(trace(End(_TIMEOUT, "no-response", "", None)))
    assert not tells(trace(End(None, "", "", 1)))


def test_senders_have_a_place_where_all_traces_agree() -> None:
    ends = [("10.1.0.1", 1), ("10.1.0.1", 1), ("10.2.0.1", 2), ("10.2.0.1", 3), ("10.3.0.1", None)]
    found = [trace(End(_UNREACHABLE, "port-unreach", sender, hop)) for sender, hop in ends]
    assert places(found) == {"10.1.0.1": 1}
