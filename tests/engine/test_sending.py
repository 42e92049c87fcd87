"""How fast probes are sent on a path."""

import pytest

from scanner.engine.truth.path import Path


@pytest.mark.parametrize(
    ("probes", "sentinels", "every", "rate"),
    [
        (100, 0, 0.01, 100.0),
        (100, 100, 0.01, 200.0),  # sentinels are sent as well
        (100, 0, 5.0, 50.0),  # only 20 ms of a pause count: having little to send is not slowness
    ],
)
def test_the_rate_at_which_a_cohort_was_sent(probes: int, sentinels: int, every: float, rate: float) -> None:
    path = Path(1000)
    cohort = path.open_cohort(0.0)
    for number in range(1, 1 + probes):
        path.sends(1, number * every)
        if sentinels:
            path.sends(1, number * every, sentinels=True)
    path.cohorts.close(cohort)
    assert cohort.sending.rate == pytest.approx(rate)
