"""When the kernel sends a SYN again, and how an attempt ends just before that, and how many SYNs it is."""

import pytest

from scanner.engine.flight.syn_repeats import closes_at, listened, syns


@pytest.mark.parametrize(("patience", "rate", "wait"), [
    (0.3, 50.0, 0.3), (0.96, 50.0, 0.96), (0.98, 50.0, 0.97), (1.0, 50.0, 0.97), (1.05, 50.0, 1.05), (3.5, 50.0, 3.5),
    (4.0, 50.0, 3.97), (0.97, 50.0, 0.97), (4.0, 0.5, 0.97), (0.3, 0.5, 0.3), (0.01, 1.0, 0.01),
])  # fmt: skip
def test_an_attempt_ends_before_a_repeat_that_nobody_would_wait_for(patience: float, rate: float, wait: float) -> None:
    assert listened(patience, rate) == pytest.approx(wait)
    assert listened(listened(patience, rate), rate) == listened(patience, rate)


@pytest.mark.parametrize(("age", "closed"), [(0.3, 0.97), (0.97, 0.97), (1.05, 1.97), (3.97, 3.97), (3.5, 3.97)])
def test_what_still_listens_is_closed_before_the_next_repeat(age: float, closed: float) -> None:
    assert closes_at(age) == pytest.approx(closed)


@pytest.mark.parametrize(("patience", "rate", "sent"), [
    (0.01, 50.0, 1), (0.97, 50.0, 1), (1.0, 50.0, 1), (1.05, 50.0, 2), (3.5, 50.0, 4), (4.0, 50.0, 4), (4.05, 50.0, 5),
    (4.0, 0.5, 1), (0.0, 50.0, 1),
])  # fmt: skip
def test_silence_costs_a_syn_and_one_more_for_every_second_that_is_listened(
    patience: float, rate: float, sent: int
) -> None:
    assert syns(patience, rate) == sent
