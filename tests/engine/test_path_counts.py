"""What is counted on a path, and that each event is counted where it belongs."""

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
