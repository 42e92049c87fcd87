"""The round trip, smoothed, and the patience that follows."""

import pytest

from scanner.engine.truth.path import Path


@pytest.mark.parametrize(
    ("round_trips", "patience"),
    [
        ([0.001], 0.3),  # never less
        ([0.1], 0.3),
        ([0.2], 0.6),  # with one alone, half of it may be jitter (RFC 6298)
        ([0.2] * 20, 0.3),
        ([0.2, 0.4] * 20, 0.75),
        ([0.21], 0.65),  # rounded up to 50 ms
    ],
)
def test_how_long_an_attempt_waits_that_is_not_the_last(round_trips: list[float], patience: float) -> None:
    path = Path(1)
    for seconds in round_trips:
        path.round_trip.measured(seconds)
    assert path.round_trip.rto == pytest.approx(patience)
