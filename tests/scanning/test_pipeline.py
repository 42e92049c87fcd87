"""The rows' way from the engine to whoever wants them: which step sees what, and that no row is lost on it."""

import socket

from scanner.model import Place, Request, Result, State
from scanner.scanning.expectations import Expectations
from scanner.scanning.late_names import LateNames
from scanner.scanning.pipeline import Pipeline
from tests.scanning.plans import ListFeed

AT = Place("192.0.2.1", int(socket.AF_INET))
OPEN = Request(expect="open")


def row(port: int, state: State = State.OPEN, request: Request = OPEN) -> Result:
    return Result(AT, port, request, state, "")


class Holding:
    """A step that hands on each turn's rows with the next turn, and keeps a record of what it was given."""

    def __init__(self) -> None:
        self.given: list[list[Result]] = []
        self._held: list[Result] = []
        self.complete: bool | None = None

    def apply(self, rows: list[Result]) -> list[Result]:
        self.given.append(rows)
        out, self._held = self._held, rows
        return out

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        self.complete = complete
        return self.apply(rows) + self._held


def test_each_step_is_given_what_the_one_before_hands_on() -> None:
    first, second = Holding(), Holding()
    pipeline = Pipeline(first, second)
    one, two, three = ([row(port)] for port in (1, 2, 3))
    assert [pipeline.apply(rows) for rows in (one, two, three)] == [[], [], one]
    assert second.given == [[], one, two]


def test_what_each_step_kept_goes_through_those_behind_it() -> None:
    first, second = Holding(), Holding()
    pipeline = Pipeline(first, second)
    one, two = [row(1)], [row(2)]
    pipeline.apply(one)
    pipeline.apply(two)
    assert pipeline.finish(complete=False) == [*one, *two]
    assert second.given[-1] == two
    assert (first.complete, second.complete) == (False, False)


def test_without_steps_rows_go_through_as_they_are() -> None:
    rows = [row(1)]
    assert Pipeline().apply(rows) is rows
    assert Pipeline().finish(complete=True) == []


# Late names


def test_a_round_that_brings_nothing_new_passes_as_it_is() -> None:
    rows = [row(1)]
    assert LateNames(ListFeed([])).apply(rows) is rows


def test_rows_that_need_no_probe_join_and_the_round_stays_as_it_was() -> None:
    feed, one, two = ListFeed([]), row(1), row(2)
    feed.ready.append(two)
    rows = [one]
    assert LateNames(feed).apply(rows) == [one, two]
    assert rows == [one]


def test_every_row_is_remembered_while_names_are_unresolved() -> None:
    feed = ListFeed([])
    step, rows = LateNames(feed), [row(1)]
    step.apply(rows)
    assert feed.remembered == []
    feed.pending = True
    step.apply(rows)
    assert step.finish([row(2)], complete=True)
    assert [each.port for each in feed.remembered] == [1, 2]


def test_a_copy_is_made_of_the_very_round_that_settled_it() -> None:
    """What waits for a verdict comes out with it, in the same turn and behind it."""
    feed = ListFeed([])
    feed.pending = feed.copies = True
    assert [each.port for each in LateNames(feed).apply([row(1)])] == [1, 1]


# Joined


def test_rows_of_late_names_meet_expectations_too() -> None:
    feed = ListFeed([])
    feed.ready.append(row(2, State.REFUSED))
    pipeline = Pipeline(LateNames(feed), Expectations())
    assert [(each.port, each.met) for each in pipeline.apply([row(1)])] == [(1, True), (2, False)]


def test_a_doubt_that_the_first_step_casts_counts_for_strict_expectations_and_for_copies() -> None:
    class Doubting(Holding):
        def apply(self, rows: list[Result]) -> list[Result]:
            for each in rows:
                each.doubt = "accepts-everything"
            return rows

    feed = ListFeed([])
    feed.pending = feed.copies = True
    pipeline = Pipeline(Doubting(), LateNames(feed), Expectations(strict=True))
    assert [(each.doubt, each.met) for each in pipeline.apply([row(1)])] == [("accepts-everything", False)] * 2
