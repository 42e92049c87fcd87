"""Runs of open ports: each rule by plain numbers."""

import pytest

from scanner.scanning.phantoms.open_runs import ProbedPort, Runs
from tests.scanning.phantoms import probes

RARE = 0.01


def after(
    opened: list[ProbedPort], refused: list[ProbedPort], *, share: float = RARE, missed: int = 0
) -> tuple[Runs, float]:
    runs = Runs()
    return runs, runs.end_turn(opened, refused, missed, 0.0, share)


@pytest.mark.parametrize(
    ("opened", "refused", "beyond"),
    [
        (range(1, 4), [4], 4.0),
        (range(1, 5), [5], 5.0),
        (range(1, 6), [6], 0.0),
        (range(1, 6), [6, 7], 7.0),
        (range(1, 10), [10, 11, 12], 12.0),
        ([*range(1, 5), *range(6, 10)], [5, 10], 10.0),
    ],
    ids=["three", "four", "five-last", "five", "nine", "every-fifth"],
)
def test_a_short_run_that_is_over_is_beyond_doubt(opened: list[int], refused: list[int], beyond: float) -> None:
    runs, settled = after(probes(*opened), probes(*refused))
    assert settled == beyond
    assert not runs.case


def test_of_a_long_run_refusals_prove_nothing() -> None:
    runs, settled = after(probes(*range(1, 11)), probes(11, 12, 13, 14))
    assert settled == 0.0
    assert [port for _, port in runs.case] == list(range(1, 11))
    assert runs.refused == {11, 12, 13, 14}


def test_a_long_run_that_is_likely_is_none() -> None:
    runs, settled = after(probes(*range(1, 11)), probes(11, 12, 13), share=0.9)
    assert settled == 13.0
    assert not runs.case


def test_a_run_of_thousands_is_over_as_soon_as_one_of_twenty() -> None:
    runs, _ = after(probes(*range(1, 2001)), probes(2001, 2002, 2003, 2004))
    assert not runs.case
    runs, _ = after(probes(*range(1, 2001)), probes(2001, 2002, 2003, 2004, 2005))
    assert runs.case


def test_what_is_open_among_the_refusals_behind_it_is_no_part_of_it() -> None:
    runs, _ = after(probes(*range(1, 21), 23), probes(21, 22, 24, 25, 26, 27))
    assert [port for _, port in runs.case] == list(range(1, 21))


def test_every_tenth_refuses() -> None:
    runs, settled = after(probes(*[port for port in range(1, 100) if port % 10]), probes(*range(10, 100, 10)))
    assert settled == 0.0
    assert runs.suspicious(RARE)
    assert runs.is_long(RARE)


def test_refusals_that_nobody_looked_at() -> None:
    runs, _ = after(probes(1, 2, 3), [])
    assert runs.end_turn(probes(9), [], 1, 9.0, RARE) == pytest.approx(9.0)
    assert runs.open == 1


def test_a_case_that_came_after_the_question_waits_for_the_next() -> None:
    runs, _ = after(probes(*range(1, 11)), probes(11, 12, 13, 14))
    runs.end_turn(probes(*range(20, 40)), probes(*range(40, 46)), 0, 20.0, RARE)
    assert runs.settle(10, 30.0) == pytest.approx(20.0)
    assert [port for _, port in runs.case] == list(range(20, 40))
    assert runs.settle(20, 50.0) == 50.0
    assert not runs.case
