"""The shared words: the contract's states and fields, and what a result says of itself."""

import socket

import pytest

from scanner.errors import ReportError, ScannerError, TargetError, UsageError
from scanner.model import (
    FIELDS,
    Doubt,
    Need,
    Note,
    Place,
    PortExpectations,
    Reason,
    Request,
    Result,
    State,
    Target,
)  # fmt: skip

#: The contract's order; later fields come behind.
CONTRACT = [
    "name", "host", "address", "port", "service", "state", "reason", "icmp_from", "rtt_ms", "attempts", "expect", "met",
    "tags", "vantage", "time", "source", "doubt",
]  # fmt: skip


def result(request: Request | None = None, address: str = "192.0.2.7", port: int = 443) -> Result:
    place = Place(address, int(socket.AF_INET))
    return Result(place, port, request or Request(), State.OPEN, "syn-ack", rtt_ms=0.25, attempts=1)


def test_states_are_the_words_users_see() -> None:
    assert [str(state) for state in State] == ["open", "refused", "timeout", "unreachable", "error"]
    assert State("open") is State.OPEN
    assert State.OPEN == "open"
    assert f"{State.TIMEOUT}" == "timeout"


def test_reasons_are_the_words_users_see() -> None:
    assert [str(reason) for reason in Reason] == [
        "syn-ack", "syn-ack-reset", "conn-refused", "no-response", "host-unreach", "net-unreach", "proto-unreach",
        "port-unreach", "net-prohibited", "host-prohibited", "admin-prohibited", "time-exceeded",
        "unspecified-address", "no-address", "dns-failed", "dns-timeout",
    ]  # fmt: skip
    assert f"{Reason.SYN_ACK}" == "syn-ack"


def test_doubts_are_the_words_users_see() -> None:
    """Whoever reads a report compares them with these."""
    assert [str(doubt) for doubt in Doubt] == [
        "unverified",
        "lossy",
        "flipped",
        "neighbour-pending",
        "accepts-everything",
        "intercepted",
    ]
    assert f"{Doubt.ACCEPTS_EVERYTHING}" == "accepts-everything"


def test_fields_are_the_contracts_and_only_appended_to() -> None:
    assert list(FIELDS)[: len(CONTRACT)] == CONTRACT


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_an_attribute_of_its_type(name: str) -> None:
    request = Request("web", name="front", expect="open", tags=("prod",), vantage="dmz")
    row = result(request)
    row.met = True
    value = getattr(row, name)
    assert isinstance(value, tuple if FIELDS[name] is list else FIELDS[name])


def test_a_row_says_what_its_entry_says() -> None:
    request = Request("web", name="front", expect="refused", tags=("a", "b"), vantage="dmz")
    row = result(request)
    assert (row.name, row.host, row.address, row.service) == ("front", "web", "192.0.2.7", "https")
    assert (row.expect, row.tags, row.vantage, row.met) == ("refused", ("a", "b"), "dmz", None)


def test_host_of_a_range_is_the_address() -> None:
    assert result(Request("")).host == "192.0.2.7"


def test_scope_stays_in_the_text_and_out_of_the_number() -> None:
    place = Place("fe80::1%eth0", int(socket.AF_INET6), scope=3)
    assert (place.address, place.numeric, place.scope) == ("fe80::1%eth0", "fe80::1", 3)


def test_source_is_asked_once_for_all_rows_of_an_address() -> None:
    row = result()
    assert row.source == ""
    with pytest.raises(AttributeError, match="nobody has probed it yet"):
        row.place.note.source = "192.0.2.1"
    row.place.note = Note()
    row.place.note.source = "192.0.2.1"
    assert row.source == "192.0.2.1"
    assert Place("192.0.2.9", int(socket.AF_INET)).note.source == ""


def test_reprs_are_for_people() -> None:
    assert repr(Target("db", 5432)) == "Target('db', 5432)"
    assert repr(result()) == "<Result 192.0.2.7 192.0.2.7:443 open (syn-ack)>"


@pytest.mark.parametrize(
    ("tags", "kept"), [("prod", ("prod",)), (["a", "b"], ("a", "b")), ((), ()), (iter("x"), ("x",))]
)
def test_a_lone_text_is_one_tag(tags: object, kept: tuple[str, ...]) -> None:
    assert Target("db", 1, tags=tags).tags == kept  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [Target("a", 1), Request(), result(), Place("192.0.2.1", 2)])
def test_a_mistyped_attribute_is_an_error(words: object) -> None:
    with pytest.raises(AttributeError):
        words.timout = 3  # type: ignore[attr-defined]


def test_everything_raised_on_purpose_is_one_kind() -> None:
    assert issubclass(TargetError, UsageError)
    for kind in (UsageError, TargetError, ReportError):
        assert issubclass(kind, ScannerError)
        assert issubclass(kind, Exception)


def test_all_mistakes_at_once() -> None:
    error = TargetError("a:1:1: no", "a:2:1: nor this")
    assert error.problems == ("a:1:1: no", "a:2:1: nor this")
    assert str(error) == "a:1:1: no\na:2:1: nor this"


def test_a_row_has_what_is_expected_of_its_port() -> None:
    by_port = PortExpectations([(80, 80, "open"), (81, 90, "blocked")])
    asked = Request("db", name="n", expect="refused", tags=("t",), one=True, order=3, by_port=by_port, need=Need(2))
    rows = [Result(Place("10.0.0.1", 2), port, asked, State.OPEN, "") for port in (79, 80, 81, 90, 91)]
    assert [row.expect for row in rows] == ["refused", "open", "blocked", "blocked", "refused"]
    assert rows[2].request is rows[3].request
    assert rows[0].request is rows[4].request
    for each in (row.request for row in rows):
        assert (each.host, each.name, each.tags, each.one, each.order) == ("db", "n", ("t",), True, 3)
        assert (each.need, each.by_port, each.at(80)) == (asked.need, None, each)


def test_ports_that_no_range_holds_have_no_expectation() -> None:
    by_port = PortExpectations([(1, 1, "open"), (2, 2, "any"), (65535, 65535, "open")])
    assert [by_port.at(port) for port in (1, 2, 3, 65534, 65535)] == ["open", "any", "", "", "open"]
    assert PortExpectations([]).at(80) == ""
