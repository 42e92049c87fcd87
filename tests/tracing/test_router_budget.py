"""How many answers routers have left: what was asked of them, and what they gave."""

import pytest

from scanner.tracing.router_budget import BURST, Budget
from tests.tracing.ways import A, B


def test_six_at_once_then_less_than_one_a_second() -> None:
    budget = Budget()
    assert [budget.ask(1, 0.0) for _ in range(8)] == [True] * BURST + [False] * 2
    assert budget.ask(2, 0.0), "each hop has its own"
    assert not budget.ask(1, 1.9), "others are asking: nobody knows who gets it"
    assert budget.ask(1, 4.0)


@pytest.mark.parametrize(
    ("answers", "over", "tired"),
    [(0, 0.0, False), (4, 0.0, False), (5, 0.0, True), (6, 0.0, True), (11, 4.0, True), (30, 4.0, False)],
)
def test_routers_that_gave_few_answers_or_very_many_are_not_tired(answers: int, over: float, tired: bool) -> None:
    budget = Budget()
    for number in range(answers):
        now = over * number / max(1, answers - 1)
        budget.ask(1, now)
        budget.expired(1, A, now)
    assert budget.tired(1) is tired


@pytest.mark.parametrize(("rejects", "tired"), [(2, False), (4, False), (5, True), (6, True), (30, False)])
def test_rejects_cost_answers_too(rejects: int, tired: bool) -> None:
    budget = Budget()
    budget.ask(2, 0.0)
    budget.expired(2, B, 0.0)
    for _ in range(rejects):
        budget.rejected(B, 0.0)
    assert budget.rejects(2) is tired
    assert not budget.tired(1)
