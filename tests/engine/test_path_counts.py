"""What is counted on a path, and that each event is counted where it belongs."""

import pytest

from scanner.engine.truth.path_counts import PathCounts


def test_each_event_has_its_count() -> None:
    counts = PathCounts()
    counts.answered(3)
    counts.answered(-1)
    counts.stands_denied(turned=True)
    counts.stands_denied(turned=False)
    counts.fell_silent()
    counts.answered_late(2)
    counts.answered_otherwise()
    counts.sent_again()
    counts.met_noes()
    counts.met_noes(4)
    counts.asked(7)
    counts.lose(5)
    counts.lose(-2)
    counts.stops(1.5)
    assert {name: getattr(counts, name) for name in PathCounts.__slots__} == {
        "answers": 2, "denied": 2, "silent_attempts": 1, "flipped": 1, "missed": 2, "turned": 2, "resent": 1, "noes": 5,
        "sentinels": 7, "lost": 3, "stopped": [1.5],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sentinels", "lost", "answers", "missed", "mostly"),
    [
        (7, 6, 5, 3, True),  # nine of fifteen
        (10, 5, 0, 0, True),
        (11, 5, 0, 0, False),
        (0, 0, 4, 4, True),
        (0, 0, 5, 4, False),
        (12, 1, 60, 6, False),
    ],
)
def test_whether_most_of_what_is_known_was_lost(
    sentinels: int, lost: int, answers: int, missed: int, mostly: bool
) -> None:
    counts = PathCounts()
    counts.asked(sentinels)
    counts.lose(lost)
    counts.answered(answers)
    counts.answered_late(missed)
    assert counts.mostly_lost is mostly
