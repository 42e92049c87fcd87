"""The window of probes in flight: how it shrinks and recovers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.room.window import WIDEST, Window, usual_window


@pytest.mark.parametrize(("capacity", "in_memory", "usual"), [
    (0, None, 1), (1, None, 1), (15, None, 15), (16, None, 15), (20_000, None, 18_750), (500_000, None, 32_768),
    (20_000, 1, 1), (20_000, 18_000, 18_000), (20_000, 1 << 20, 18_750), (500_000, 1 << 20, WIDEST),
])  # fmt: skip
def test_what_is_usual_here(capacity: int, in_memory: int | None, usual: int) -> None:
    assert usual_window(capacity, in_memory) == usual


class TestWindow:
    def test_starts_at_its_ceiling(self) -> None:
        window = Window(100)
        assert (window.room(0, 0.0), window.room(60, 0.0), window.room(100, 0.0)) == (100, 40, 0)
        assert Window(0).room(0, 0.0) == 1

    def test_shrinks_to_what_there_was_room_for_and_holds_a_moment(self) -> None:
        window = Window(100)
        window.shrink(20, 1.0)
        assert (window.size, window.room(0, 1.005), window.room(0, 1.011)) == (20, 0, 20)

    def test_one_may_always_fly(self) -> None:
        window = Window(100)
        window.shrink(0, 1.0)
        assert window.room(0, 1.4) == 1

    def test_a_later_shortage_with_more_in_flight_does_not_grow_it(self) -> None:
        window = Window(100)
        window.shrink(20, 1.0)
        window.shrink(90, 1.1)
        assert window.size == 20

    def test_holds_longer_each_time_it_is_short_again(self) -> None:
        window = Window(100)
        holds = []
        for now in range(8):
            window.shrink(10, now)
            holds.append(next(ms for ms in range(1, 1000) if window.room(0, now + ms / 1000)))
        assert holds == [10, 20, 40, 80, 160, 250, 250, 250]

    def test_holds_for_a_moment_only_once_it_has_recovered(self) -> None:
        window = Window(100)
        for now in (0.0, 0.1, 0.2):
            window.shrink(10, now)
        assert window.room(0, 0.8) > 0  # half a second later
        window.shrink(5, 0.9)
        assert [window.room(0, now) for now in (0.905, 0.911)] == [0, 5]

    def test_recovers_by_a_quarter_every_half_second(self) -> None:
        window = Window(100)
        window.shrink(40, 0.0)
        sizes = []
        for step in range(1, 8):
            window.room(0, 0.5 * step)
            sizes.append(window.size)
        assert sizes == [50, 62, 77, 96, 100, 100, 100]
        assert window.room(100, 9.0) == 0

    def test_its_ceiling_may_move(self) -> None:
        window = Window(100)
        window.fit(30)
        assert window.room(0, 0.0) == 30
        window.fit(80)
        assert window.room(0, 0.0) == 80
        window.shrink(20, 0.0)
        window.fit(90)
        assert window.room(0, 0.25) == 20
        for step in range(1, 20):
            window.room(0, 0.5 * step)
        assert window.size == 90
        window.fit(0)
        assert window.room(0, 99.0) == 1

    @given(
        st.integers(-3, 300),
        st.lists(st.tuples(st.booleans(), st.integers(0, 300), st.floats(0, 2)), max_size=60),
    )
    def test_stays_between_one_and_its_ceiling(self, ceiling: int, steps: list[tuple[bool, int, float]]) -> None:
        window, now = Window(ceiling), 0.0
        for short, in_flight, seconds in steps:
            now += seconds
            if short:
                window.shrink(in_flight, now)
            assert window.room(in_flight, now) <= max(1, ceiling) - in_flight or window.room(in_flight, now) == 0
            assert 1 <= window.size <= window.ceiling
