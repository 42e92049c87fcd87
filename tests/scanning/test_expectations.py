"""Is each row as its user expects? Every state against every expectation, doubt, names of which one is enough."""

import itertools
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import EXPECTATIONS, Need, Place, Request, Result, State
from scanner.scanning.expectations import Expectations

O, R, T, U, E = State  # noqa: E741
#: The contract's table, spelled out.
MEETS = {
    "open": {O}, "refused": {R}, "timeout": {T}, "unreachable": {U}, "reachable": {O, R}, "blocked": {T, U},
    "not-open": {R, T, U}, "any": {O, R, T, U, E},
}  # fmt: skip
DOUBTS = ["unverified", "lossy", "flipped", "accepts-everything", "intercepted"]


def row(state: State, request: Request, *, address: str = "192.0.2.1", port: int = 80, doubt: str = "") -> Result:
    return Result(Place(address, int(socket.AF_INET)), port, request, state, "", doubt=doubt)


def met(state: State, expect: str, *, doubt: str = "", strict: bool = False) -> bool | None:
    """What the one row comes out with."""
    marks = Expectations(strict=strict)
    (out,) = marks.apply([row(state, Request(expect=expect), doubt=doubt)])
    assert marks.finish([], complete=True) == []
    return out.met


def test_the_table_has_every_expectation() -> None:
    assert set(EXPECTATIONS) == set(MEETS)


@pytest.mark.parametrize(("state", "expect"), list(itertools.product(State, MEETS)))
def test_every_state_against_every_expectation(state: State, expect: str) -> None:
    assert met(state, expect) is (state in MEETS[expect])


def test_an_error_meets_only_any() -> None:
    assert [expect for expect in EXPECTATIONS if met(State.ERROR, expect)] == ["any"]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("strict", [False, True])
def test_no_expectation_is_neither_met_nor_not(state: State, strict: bool) -> None:
    assert met(state, "", doubt="lossy", strict=strict) is None


@pytest.mark.parametrize("doubt", DOUBTS)
def test_doubt_counts_when_strict_only(doubt: str) -> None:
    for state, expect in itertools.product(State, MEETS):
        assert met(state, expect, doubt=doubt) is (state in MEETS[expect])
        assert met(state, expect, doubt=doubt, strict=True) is (expect == "any")


@pytest.mark.parametrize(("state", "expect"), list(itertools.product(State, MEETS)))
def test_strict_without_doubt_is_as_ever(state: State, expect: str) -> None:
    assert met(state, expect, strict=True) is (state in MEETS[expect])


# One address is enough


def one(expect: str = "open", order: int = 0) -> Request:
    return Request("db.example", expect=expect, one=True, order=order)


def test_rows_wait_until_one_is_met_and_then_all_are() -> None:
    marks, request = Expectations(), one()
    silent = row(T, request, address="192.0.2.1")
    found = row(O, request, address="192.0.2.2")
    late = row(R, request, address="192.0.2.3")
    assert marks.apply([silent]) == []
    assert marks.apply([found]) == [found, silent]
    assert marks.apply([late]) == [late]
    assert [each.met for each in (silent, found, late)] == [True, True, True]
    assert marks.finish([], complete=True) == []


def test_rows_of_a_name_that_is_never_met_come_at_the_end() -> None:
    marks, request = Expectations(), one()
    rows = [row(T, request), row(R, request, address="192.0.2.2")]
    assert marks.apply(rows) == []
    assert marks.finish([], complete=True) == rows
    assert [each.met for each in rows] == [False, False]
    assert marks.finish([], complete=True) == []


def test_the_last_rows_are_marked_too_and_may_be_the_ones() -> None:
    marks, request = Expectations(), one()
    silent, found = row(T, request), row(O, request, address="192.0.2.2")
    assert marks.apply([silent]) == []
    assert marks.finish([found], complete=True) == [found, silent]
    assert [each.met for each in (silent, found)] == [True, True]


def test_each_port_of_a_name_is_judged_for_itself() -> None:
    marks, request = Expectations(), one()
    shut, opened = row(R, request, port=80), row(O, request, port=443)
    assert marks.apply([shut, opened]) == [opened]
    assert marks.finish([], complete=True) == [shut]
    assert (shut.met, opened.met) == (False, True)


def test_each_entry_is_judged_for_itself() -> None:
    marks, first, second = Expectations(), one("open"), one("refused", 1)
    rows = [row(O, first), row(O, second)]
    assert marks.apply(rows) == rows[:1]
    assert marks.finish([], complete=True) == rows[1:]


def test_a_verdict_in_doubt_is_not_the_one_when_strict() -> None:
    marks, request = Expectations(strict=True), one()
    doubtful = row(O, request, doubt="accepts-everything")
    sure = row(O, request, address="192.0.2.2")
    assert marks.apply([doubtful]) == []
    assert marks.apply([sure]) == [sure, doubtful]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(State), st.sampled_from([*MEETS, ""]), st.booleans(), st.integers(1, 2)), max_size=40
    ),
    st.integers(1, 5),
)
def test_no_row_is_lost_and_names_agree(said: list[tuple[State, str, bool, int]], batch: int) -> None:
    kinds = {(expect, alone) for _, expect, alone, _ in said}
    requests = {(e, alone): Request("name", expect=e, one=alone, order=at) for at, (e, alone) in enumerate(kinds)}
    rows = [row(state, requests[expect, alone], port=port) for state, expect, alone, port in said]
    marks, out = Expectations(), []
    for start in range(0, len(rows), batch):
        out += marks.apply(rows[start : start + batch])
    out += marks.finish([], complete=True)
    assert sorted(map(id, out)) == sorted(map(id, rows))
    for each in rows:
        group = [other for other in rows if other.request is each.request and other.port == each.port]
        own = each.state in MEETS.get(each.expect, ())
        if not each.expect:
            assert each.met is None
        elif each.request.one:
            assert each.met is any(other.state in MEETS[each.expect] for other in group)
        else:
            assert each.met is own


def test_the_families_of_a_name_that_are_resolved_one_after_the_other_are_one_name() -> None:
    marks = Expectations()
    silent, found = row(T, one()), row(O, one(), address="2001:db8::1")
    assert marks.apply([silent]) == []
    assert marks.apply([found]) == [found, silent]
    assert silent.met is True


def test_a_part_of_a_list_does_not_say_what_an_entry_lacks() -> None:
    """Others may have found the rest: what is as expected is met, what is not may be enough all the same."""
    web, db = Need(2, "web"), Need(1, "db")
    told: list[str] = []
    marks = Expectations(needs=[web, db], warn=told.extend, of_part=True)
    request = Request(expect="open", need=web)
    out = marks.apply([row(O, request), row(R, request, port=81)])
    out += marks.finish([], complete=True)
    assert {each.port: each.met for each in out} == {80: True, 81: None}
    assert (told, marks.rowless) == ([], 0)
    alone = Expectations(needs=[web], of_part=True)
    assert [each.met for each in [*alone.apply([row(O, request)]), *alone.finish([], complete=True)]] == [None]
