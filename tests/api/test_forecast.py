"""What a scan would take: plain numbers, and what of the plan and the options goes into them."""

import pytest

from scanner.api.forecast import estimate, forecast
from scanner.api.plans import plan_of_typed_hosts, plan_of_words
from scanner.api.wanted import Options, Wanted


@pytest.mark.parametrize(
    ("targets", "attempts", "timeout", "rate", "window", "best", "worst"),
    [
        (1000, 2, 1.0, 20_000.0, 8000, 0.05, 2.0),  # one window: as long as its attempts
        (80_000, 1, 1.0, 20_000.0, 8000, 4.0, 10.0),  # ten windows after each other
        (1000, 2, 1.0, 100.0, 8000, 10.0, 20.0),  # the rate rules
    ],
)
def test_estimate(
    targets: int, attempts: int, timeout: float, rate: float, window: int, best: float, worst: float
) -> None:
    assert estimate(targets, attempts, timeout, rate, window) == pytest.approx((best, worst))


@pytest.mark.parametrize(("said", "best", "worst"), [
    ({}, 0.03, 8.0),
    ({"timeout": 1.0}, 0.03, 2.0),
    ({"timeout": 1.0, "retries": 0}, 0.03, 1.0),
    ({"concurrency": 60}, 0.03, 80.0),
    ({"rate": 50.0}, 12.0, 96.0),  # an attempt of 4 s is four SYNs
    ({"rate": 50.0, "timeout": 1.0}, 12.0, 24.0),
    ({"host_rate": 10.0}, 6.0, 48.0),
])  # fmt: skip
def test_what_was_said_counts(said: Options, best: float, worst: float) -> None:
    wanted = Wanted(**said)
    told = forecast(plan_of_words(["10.0.0.1-10:1-60"], wanted), wanted)
    assert (told.best_s, told.worst_s) == pytest.approx((best, worst))


def test_what_is_built_in_for_a_sweep_counts() -> None:
    told = forecast(plan_of_typed_hosts(["10.0.0.1-10"], "1-60", Wanted()), Wanted())
    assert told.worst_s == pytest.approx(2.0)


def test_many_targets_afar_are_warned_of_unless_a_rate_keeps_them_few() -> None:
    slow = Wanted(rate=100.0)
    plan = plan_of_typed_hosts(["192.0.2.0/24"], "1-100", Wanted())
    assert "flow tables" in forecast(plan, Wanted()).warning
    assert forecast(plan, slow).warning == ""
