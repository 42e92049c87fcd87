"""That many of an entry's targets are enough (`need: N`): rows wait, and are judged together."""

import socket
from collections.abc import Iterable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import EXPECTATIONS, Need, Place, PortExpectations, Request, Result, State
from scanner.scanning.expectations import Expectations

O, R, T, U, E = State  # noqa: E741


def row(state: State, request: Request, at: int = 1, port: int = 80, *, doubt: str = "") -> Result:
    return Result(Place(f"192.0.2.{at}", int(socket.AF_INET)), port, request, state, "", doubt=doubt)


class Told:
    """The lines that were said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, lines: Iterable[str]) -> None:
        self.lines += lines


def asked(count: int, expect: str = "open", *, label: str = "web", host: str = "", one: bool = False) -> Request:
    return Request(host, expect=expect, need=Need(count, label), one=one)


def test_rows_wait_until_as_many_are_met_and_then_all_are() -> None:
    marks, request = Expectations(), asked(2)
    shut, first, second, late = (row(state, request, at) for at, state in enumerate((R, O, O, T), 1))
    assert marks.apply([shut, first]) == [first]
    assert marks.apply([second]) == [shut, second]
    assert marks.apply([late]) == [late]
    assert [each.met for each in (shut, first, second, late)] == [True] * 4
    assert marks.finish([], complete=True) == []


def test_of_too_few_each_is_what_it_is_by_itself() -> None:
    told = Told()
    marks, request = Expectations(warn=told), asked(3)
    rows = [row(O, request, 1), row(T, request, 2), row(O, request, 3)]
    assert [*marks.apply(rows), *marks.finish([], complete=True)] == [rows[0], rows[2], rows[1]]
    assert [each.met for each in rows] == [True, False, True]
    assert told.lines == ["web needs 3 targets as expected, and has 2"]


def test_none_of_too_few_is_met_if_there_is_nothing_else_wrong() -> None:
    told = Told()
    marks, request = Expectations(warn=told), asked(3)
    rows = [row(O, request, 1), row(O, request, 2)]
    assert marks.finish(rows, complete=True) == rows
    assert [each.met for each in rows] == [False, False]
    assert told.lines == ["web needs 3 targets as expected, and has 2"]


def test_what_is_met_by_itself_waits_only_while_nothing_is_amiss() -> None:
    marks, request = Expectations(), asked(9)
    early, unmet, late = row(O, request, 1), row(T, request, 2), row(O, request, 3)
    assert marks.apply([early]) == []
    assert marks.apply([unmet]) == [early]
    assert marks.apply([late]) == [late]
    assert marks.finish([], complete=True) == [unmet]
    assert (early.met, unmet.met, late.met) == (True, False, True)


def test_those_of_too_few_are_told_from_those_that_are_amiss_themselves() -> None:
    marks, few, doubted = Expectations(strict=True), asked(2), asked(2)
    rows = [row(O, few, 1), row(O, doubted, 2, doubt="lossy")]
    assert marks.finish(rows, complete=True) == rows
    assert [(each.met, each.lacking) for each in rows] == [(False, True), (False, False)]


def test_of_what_is_interrupted_nobody_knows_whether_the_rest_would_have_been_enough() -> None:
    told = Told()
    marks, request = Expectations(warn=told, needs=[Need(1, "never begun")]), asked(3)
    rows = [row(O, request, 1), row(T, request, 2)]
    assert marks.apply(rows[:1]) == []
    assert marks.finish(rows[1:], complete=False) == rows
    assert [each.met for each in rows] == [True, None]
    assert (told.lines, marks.rowless) == ([], 0)
    marks = Expectations()
    alone = row(O, request, 1)
    assert marks.finish([alone], complete=False) == [alone]
    assert alone.met is None


def test_of_a_name_that_is_interrupted_another_address_might_have_been_the_one() -> None:
    for need in (None, Need(1)):
        marks = Expectations()
        silent = row(T, Request("a.example", expect="open", one=True, need=need))
        assert marks.apply([silent]) == []
        assert marks.finish([], complete=False) == [silent]
        assert silent.met is None


def test_an_entry_without_a_row_lacks_what_it_needs() -> None:
    told = Told()
    gone, there = Need(2, "gone"), Request(expect="open", need=Need(1, "there"))
    assert there.need is not None
    marks = Expectations(warn=told, needs=[gone, there.need])
    assert marks.apply([row(O, there)])
    assert marks.finish([], complete=True) == []
    assert (told.lines, marks.rowless) == (["gone needs 2 targets as expected, and has 0"], 1)


def test_each_need_is_counted_for_itself_and_one_that_is_shared_is_one() -> None:
    marks, shared = Expectations(), Need(2)
    mine, theirs = Request(expect="open", need=shared), Request(expect="open", need=shared, order=1)
    other = asked(2)
    assert marks.apply([row(O, mine, 1), row(O, other, 1)]) == []
    assert len(marks.apply([row(O, theirs, 2)])) == 2
    assert [each.met for each in marks.finish([], complete=True)] == [False]


def test_an_address_and_port_counts_once_whatever_leads_there() -> None:
    marks, need = Expectations(), Need(2)
    rows = [row(O, Request(host, expect="open", need=need)) for host in ("a.example", "b.example")]
    assert marks.apply(rows) == []
    assert [each.met for each in marks.finish([], complete=True)] == [False, False]


def test_a_name_of_which_one_address_is_enough_counts_once() -> None:
    marks, need = Expectations(), Need(2)
    a, b = (Request(host, expect="open", need=need, one=True) for host in ("a.example", "b.example"))
    early, rest = [row(T, a, 1), row(O, a, 2), row(O, a, 3)], [row(R, b, 4), row(O, b, 5)]
    assert marks.apply(early) == []
    assert sorted(map(id, marks.apply(rest))) == sorted(map(id, early + rest))
    assert {each.met for each in early + rest} == {True}


def test_a_name_counts_once_whichever_entry_names_it() -> None:
    marks, need = Expectations(), Need(2)
    twice = (Request(host, expect="open", need=need, one=True, order=at) for at, host in enumerate(("a.x", "A.x")))
    rows = [row(O, request) for request in twice]
    assert marks.apply(rows) == []
    assert marks.finish([], complete=True) == rows
    assert {each.met for each in rows} == {False}


def test_without_enough_names_those_that_are_met_are_met_as_a_whole() -> None:
    marks, need = Expectations(), Need(2)
    a, b = (Request(host, expect="open", need=need, one=True) for host in ("a.example", "b.example"))
    rows = [row(T, a, 1), row(O, a, 2), row(R, b, 3)]
    assert marks.apply(rows) == []
    assert marks.finish([], complete=True)
    assert [each.met for each in rows] == [True, True, False]


def test_a_verdict_in_doubt_does_not_count_when_strict() -> None:
    marks, request = Expectations(strict=True), asked(1)
    assert marks.apply([row(O, request, 1, doubt="lossy")]) == []
    assert len(marks.apply([row(O, request, 2)])) == 2


def test_targets_count_by_what_is_expected_of_their_ports() -> None:
    marks = Expectations()
    request = Request(expect="open", need=Need(2), by_port=PortExpectations([(23, 23, "refused")]))
    rows = [row(O, request, port=23), row(R, request, port=24), row(R, request, 2, port=23)]
    assert marks.apply(rows) == rows[2:]
    assert len(marks.apply([row(O, request, port=24)])) == 3
    assert {each.met for each in rows} == {True}


def test_many_that_lack_targets_are_told_by_name_and_the_rest_counted() -> None:
    told = Told()
    marks = Expectations(warn=told)
    marks.finish([row(T, asked(1, label=f"e{number}")) for number in range(25)], complete=True)
    assert told.lines[19:] == [
        "e19 needs 1 target as expected, and has 0",
        "and 5 more entries lack targets that they need",
    ]
    told.lines.clear()
    Expectations(warn=told, needs=[Need(1, f"e{number}") for number in range(21)]).finish([], complete=True)
    assert told.lines[20:] == ["and 1 more entry lacks targets that it needs"]


def model(rows: list[Result], states: list[State], count: int) -> list[bool]:
    """What they must come out with: every target, then the count, then the verdicts."""
    own = [state in EXPECTATIONS[each.expect] for each, state in zip(rows, states, strict=True)]
    found = {(each.address, each.port) for each, is_met in zip(rows, own, strict=True) if is_met}
    if len(found) >= count:
        return [True] * len(rows)
    return [False] * len(rows) if all(own) else own


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(80, 81), st.sampled_from(State)), min_size=1, max_size=12),
    st.integers(1, 9),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_verdicts_changes_nothing(
    said: list[tuple[int, int, State]], count: int, batch: int, random: Random
) -> None:
    request = Request(expect="reachable", need=Need(count), by_port=PortExpectations([(81, 81, "blocked")]))
    first = [row(state, request, at, port) for at, port, state in said]
    wanted = model(first, [state for _, _, state in said], count)
    for _ in range(3):
        rows = [row(state, request, at, port) for at, port, state in said]
        order = list(range(len(rows)))
        random.shuffle(order)
        marks, out = Expectations(), []
        for start in range(0, len(rows), batch):
            out += marks.apply([rows[at] for at in order[start : start + batch]])
        out += marks.finish([], complete=True)
        assert sorted(map(id, out)) == sorted(map(id, rows))
        assert [each.met for each in rows] == wanted
