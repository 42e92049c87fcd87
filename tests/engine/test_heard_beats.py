"""When a network was heard: a set of moments, of which the oldest are forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.truth.heard_beats import HeardBeats


@given(st.lists(st.integers(0, 1000), max_size=30), st.integers(-5, 1005), st.integers(0, 300))
def test_they_are_a_set_of_moments(added: list[int], begin: int, length: int) -> None:
    beats, plain = HeardBeats(), {*added}
    for beat in added:
        beats.add(beat)
    assert [beat for beat in range(-10, 1010) if beat in beats] == sorted(plain)
    assert beats.count(begin, begin + length) == len(plain & {*range(begin, begin + length)})


def test_the_newest_are_kept() -> None:
    beats = HeardBeats()
    for beat in range(1, 16_386):
        beats.add(beat)
    assert [beat in beats for beat in (8191, 8192, 16_385, 16_386)] == [False, True, True, False]
    assert beats.count(0, 20_000) == 8194


def test_a_network_that_was_silent_for_days_is_heard_anew() -> None:
    beats = HeardBeats()
    for beat in (7, 64 * 10**6):
        beats.add(beat)
    assert [beat in beats for beat in (7, 64 * 10**6)] == [False, True]
    assert beats.count(64 * 10**6 - 20_000, 64 * 10**6 + 1) == 1
