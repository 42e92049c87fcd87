"""This machine's limits: how many sockets there is room for, how the window shrinks and recovers, what is said."""

import errno
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.flight.verdict import LOCAL_LIMITS
from scanner.engine.room.shortage import _SHARED
from scanner.machine.descriptors import Window, _limit_in_proc, raise_descriptor_limit, shortage_warning
from scanner.machine.extras import Lacks

resource = pytest.importorskip("resource")


def room_under(soft: int, hard: int, *, inherited: Sequence[int] = ()) -> tuple[int, int]:
    """In a process with these limits of open files: the room found, and the soft limit afterwards."""
    program = (
        f"import resource as r; r.setrlimit(r.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        "from scanner.machine.descriptors import raise_descriptor_limit as f\n"
        "print(f(), r.getrlimit(r.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30, pass_fds=inherited
    )
    room, limit = map(int, done.stdout.split())
    return room, limit


class TestDescriptors:
    def test_the_soft_limit_is_raised_to_the_hard_one(self) -> None:
        room, limit = room_under(50, 300)
        assert limit == 300
        assert 250 <= room < 300 - 3  # what is open, and a reserve, is not there to be used

    def test_what_is_open_already_is_not_there_to_be_used(self) -> None:
        """Descriptors that the process inherited count: thirty are thirty fewer."""
        held = [os.open(os.devnull, os.O_RDONLY) for _ in range(30)]
        try:
            assert room_under(50, 300)[0] - room_under(50, 300, inherited=held)[0] == 30
        finally:
            for fd in held:
                os.close(fd)

    def test_there_is_always_room_for_one(self) -> None:
        assert room_under(9, 9)[0] == 1


class TestUnknownLimits:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Limit  Soft Limit  Hard Limit  Units\nMax open files            300          4096      files\n", 300),
            ("Max open files            unlimited          unlimited      files\n", 1024),
            ("Max open\n", 1024),
            ("", 1024),
        ],
    )
    def test_what_linux_shows_or_the_usual(self, tmp_path: Path, text: str, found: int) -> None:
        (tmp_path / "limits").write_text(text)
        assert _limit_in_proc(str(tmp_path / "limits")) == found
        assert _limit_in_proc(str(tmp_path / "none")) == 1024

    def test_a_limit_that_cannot_be_raised_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*words: object) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(resource, "getrlimit", lambda which: (100, 4096))
        monkeypatch.setattr(resource, "setrlimit", refused)
        lacks = Lacks()
        assert 1 <= raise_descriptor_limit(lacks) < 100
        assert lacks.notes == [
            "no setrlimit() here (Operation not permitted): this process may open no more than 100 files"
        ]


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


class TestWarnings:
    @pytest.mark.parametrize("code", sorted(LOCAL_LIMITS | _SHARED))
    def test_each_says_in_one_line_what_to_raise_or_lower(self, code: int) -> None:
        text = shortage_warning(code, 52)
        assert "\n" not in text
        assert "the answers are the same" in text
        assert any(word in text for word in ("raise", "lower", "widen"))
        assert errno.errorcode[code] not in text  # plain words

    def test_the_descriptors_are_counted(self) -> None:
        assert "52" in shortage_warning(errno.EMFILE, 52)
        assert "ulimit -n" in shortage_warning(errno.EMFILE, 52)

    def test_an_unknown_one_is_named(self) -> None:
        assert "EIO" in shortage_warning(errno.EIO, 1)
        assert "9999" in shortage_warning(9999, 1)
