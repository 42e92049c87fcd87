"""Seconds for people."""

import pytest

from scanner.words.durations import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0421, "0.042 s"), (0.0999, "0.1 s"), (59.96, "1 min 00 s"), (185, "3 min 05 s"), (7380, "2 h 03 min")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
