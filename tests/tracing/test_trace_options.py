"""What the user chose for traces, and what follows from it."""

import pytest

from scanner.tracing.trace_options import TraceOptions


@pytest.mark.parametrize(
    ("rate", "host_rate", "slowest"),
    [(None, None, None), (50.0, None, 50.0), (None, 2.5, 2.5), (50.0, 2.5, 2.5), (1.0, 2.5, 1.0)],
)
def test_the_lower_rate_counts(rate: float | None, host_rate: float | None, slowest: float | None) -> None:
    assert TraceOptions(rate=rate, host_rate=host_rate).slowest == slowest


def test_attempts_keep_out_of_step_with_the_kernels_own() -> None:
    """Each but the last ends before a second is over, when the kernel would repeat its SYN."""
    *first, last = TraceOptions().waits
    assert len(first) == 2
    assert max(first) < 1.0
    assert sum(first) + last > 3.07, "a dead neighbour shows itself after that"


def test_a_timeout_is_that_of_each_attempt() -> None:
    assert TraceOptions(timeout=0.3).waits == (0.3,)
