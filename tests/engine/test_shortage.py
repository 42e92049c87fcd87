"""What becomes of a probe that this machine has no room for: plain numbers in, a remedy out."""

import errno
from itertools import count
from typing import ClassVar

import pytest

from scanner.engine.flight.verdict import LOCAL_LIMITS
from scanner.engine.room import shortage
from scanner.engine.room.shortage import Relief, Shortages, shortage_warning
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, AF_INET6, located

SHARED = [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC]


_PORTS = count(1)


def trial(family: int = AF_INET, port: int = 0) -> Trial:
    """One to that port; 0: to one that nobody else goes to."""
    place = Place("::1" if family == AF_INET6 else "127.0.0.1", family)
    return Trial(Endpoint(place, port or next(_PORTS), (Request(),)), located(Path(1)))


def met(
    shortages: Shortages,
    code: int,
    now: float,
    *,
    others: int = 0,
    own: int = 0,
    family: int = AF_INET,
    port: int = 0,
) -> Relief:
    """`own` probes of that family in flight, and `others` of the other one."""
    return shortages.met(code, trial(family, port), now, in_flight=own + others, of_family=own)


@pytest.mark.parametrize("code", SHARED)
class TestWhatBothFamiliesDrawOn:
    def test_shrinks_while_anything_is_in_flight(self, code: int) -> None:
        shortages = Shortages()
        assert [met(shortages, code, now, others=1) for now in (0.0, 5.0, 50.0)] == [Relief.SHRINK] * 3

    def test_is_the_answer_after_a_second_with_nothing_in_flight(self, code: int) -> None:
        shortages = Shortages()
        remedies = [met(shortages, code, now) for now in (0.0, 0.5, 0.99, 1.0, 1.1)]
        assert remedies == [Relief.ALL_ASIDE] * 3 + [Relief.GIVE_UP] * 2

    def test_what_was_in_flight_in_between_is_no_hope(self, code: int) -> None:
        shortages = Shortages()
        met(shortages, code, 0.0)
        assert met(shortages, code, 0.9, others=1) is Relief.SHRINK
        assert met(shortages, code, 1.5) is Relief.GIVE_UP

    def test_the_second_begins_anew_once_one_left(self, code: int) -> None:
        shortages = Shortages()
        met(shortages, code, 0.0)
        shortages.departed([trial()])
        assert met(shortages, code, 1.5) is Relief.ALL_ASIDE


class TestAddresses:
    def test_one_destination_is_set_aside_alone(self) -> None:
        shortages = Shortages()
        assert met(shortages, errno.EADDRNOTAVAIL, 0.0, own=5) is Relief.ONE_ASIDE

    def test_many_in_a_row_are_not_about_one(self) -> None:
        shortages = Shortages()
        remedies = [met(shortages, errno.EADDRNOTAVAIL, 0.0, own=5) for _ in range(9)]
        assert remedies == [Relief.ONE_ASIDE] * 7 + [Relief.SHRINK] * 2

    def test_nor_are_they_with_nothing_in_flight(self) -> None:
        """A destination without ports at the head of the line holds up nobody; a family without any only itself."""
        shortages = Shortages()
        remedies = [met(shortages, errno.EADDRNOTAVAIL, 0.0) for _ in range(9)]
        assert remedies == [Relief.ONE_ASIDE] * 7 + [Relief.ALL_ASIDE] * 2

    def test_each_family_has_its_own_row(self) -> None:
        shortages = Shortages()
        for _ in range(8):
            met(shortages, errno.EADDRNOTAVAIL, 0.0, family=AF_INET6)
            shortages.departed([trial(AF_INET)])
        assert met(shortages, errno.EADDRNOTAVAIL, 0.0, family=AF_INET6) is Relief.ALL_ASIDE
        assert met(shortages, errno.EADDRNOTAVAIL, 0.0, family=AF_INET) is Relief.ONE_ASIDE

    def test_a_row_ends_with_one_that_left(self) -> None:
        shortages = Shortages()
        for _ in range(7):
            met(shortages, errno.EADDRNOTAVAIL, 0.0, own=5)
        shortages.departed([trial()])
        assert met(shortages, errno.EADDRNOTAVAIL, 0.0, own=5) is Relief.ONE_ASIDE

    @pytest.mark.parametrize("own", [0, 5])
    def test_a_destination_that_meets_it_again_says_nothing_of_others(self, own: int) -> None:
        """A few targets are tried ten times a second, and perhaps nobody else is due to leave in that time."""
        shortages: Shortages[Trial] = Shortages()
        remedies = [met(shortages, errno.EADDRNOTAVAIL, 0.09 * n, own=own, port=1 + n % 3) for n in range(11)]
        assert set(remedies) == {Relief.ONE_ASIDE}
        others = [met(shortages, errno.EADDRNOTAVAIL, 0.99, own=5) for _ in range(5)]
        assert others == [Relief.ONE_ASIDE] * 4 + [Relief.SHRINK]
        assert met(shortages, errno.EADDRNOTAVAIL, 0.99, own=5, port=3) is Relief.ONE_ASIDE

    def test_once_it_has_left_it_counts_again(self) -> None:
        shortages: Shortages[Trial] = Shortages()
        for _ in range(8):
            met(shortages, errno.EADDRNOTAVAIL, 0.0, own=5, port=1)
            shortages.departed([trial(port=1)])
        for _ in range(7):
            met(shortages, errno.EADDRNOTAVAIL, 0.0, own=5)
        assert met(shortages, errno.EADDRNOTAVAIL, 0.0, own=5, port=1) is Relief.SHRINK

    def test_so_does_one_that_was_given_up(self) -> None:
        """Nothing is kept of it."""
        shortages: Shortages[Trial] = Shortages()
        met(shortages, errno.EADDRNOTAVAIL, 0.0, port=1)
        assert met(shortages, errno.EADDRNOTAVAIL, 1.0, port=1) is Relief.GIVE_UP
        shortages.departed([trial(port=2)])
        assert not shortages.recent

    def test_each_moment_has_its_own_row(self) -> None:
        """Else a few at the head of the line would hide all behind them."""
        shortages: Shortages[Trial] = Shortages()
        tried = [trial() for _ in range(9)]
        for each in tried:
            shortages.met(errno.EADDRNOTAVAIL, each, 0.0, in_flight=0, of_family=0)
        shortages.set_aside(tried, 0.0)
        assert shortages.due(0.2) == tried
        assert met(shortages, errno.EADDRNOTAVAIL, 0.2) is Relief.ONE_ASIDE

    def test_a_sentinel_that_left_is_no_hope(self) -> None:
        """It leaves beside whoever is tried, so nobody would ever be given up. What all draw on it did get."""
        shortages: Shortages[Trial] = Shortages()
        sentinel = trial()
        sentinel.sentinel = True
        for code in (errno.EADDRNOTAVAIL, errno.EMFILE):
            met(shortages, code, 0.0)
        shortages.departed([sentinel])
        assert met(shortages, errno.EADDRNOTAVAIL, 1.0) is Relief.GIVE_UP
        assert met(shortages, errno.EMFILE, 1.0) is Relief.ALL_ASIDE

    def test_the_other_family_in_flight_is_no_hope(self) -> None:
        """IPv6 switched off says so for ever, however much IPv4 there is."""
        shortages = Shortages()
        remedies = [
            met(shortages, errno.EADDRNOTAVAIL, now, others=100, family=AF_INET6) for now in (0.0, 0.9, 1.0, 2.0)
        ]
        assert remedies == [Relief.ONE_ASIDE] * 2 + [Relief.GIVE_UP] * 2

    def test_one_that_left_clears_its_family_only(self) -> None:
        shortages = Shortages()
        met(shortages, errno.EADDRNOTAVAIL, 0.0, family=AF_INET6)
        met(shortages, errno.EADDRNOTAVAIL, 0.0, family=AF_INET)
        shortages.departed([trial(AF_INET)])
        assert met(shortages, errno.EADDRNOTAVAIL, 1.0, family=AF_INET6) is Relief.GIVE_UP
        assert met(shortages, errno.EADDRNOTAVAIL, 1.0, family=AF_INET) is Relief.ONE_ASIDE


class TestWhoWaits:
    """Of a batch whose first one met a shortage."""

    BATCH: ClassVar = [trial(port=1), trial(port=2), trial(AF_INET6, 1), trial(port=1), trial(AF_INET6, 2)]

    def waiting(self, code: int, relief: Relief, *, window: bool = True) -> list[int]:
        found = Shortages[Trial]().waiting(self.BATCH, code, relief, window=window)
        return [self.BATCH.index(each) for each in found]

    @pytest.mark.parametrize("window", [True, False])
    @pytest.mark.parametrize("relief", [Relief.ONE_ASIDE, Relief.SHRINK])
    def test_who_goes_to_the_same_destination(self, relief: Relief, *, window: bool) -> None:
        assert self.waiting(errno.EADDRNOTAVAIL, relief, window=window) == [0, 3]

    @pytest.mark.parametrize("code", [*SHARED, errno.EADDRNOTAVAIL])
    @pytest.mark.parametrize("window", [True, False])
    def test_all_of_a_family(self, code: int, *, window: bool) -> None:
        assert self.waiting(code, Relief.ALL_ASIDE, window=window) == [0, 1, 3]

    @pytest.mark.parametrize("code", SHARED)
    def test_nobody_where_a_window_shrinks_and_all_where_there_is_none(self, code: int) -> None:
        assert self.waiting(code, Relief.SHRINK) == []
        assert self.waiting(code, Relief.SHRINK, window=False) == [0, 1, 2, 3, 4]


class TestMemory:
    def test_is_recent_until_something_left(self) -> None:
        shortages = Shortages()
        assert not shortages.recent
        met(shortages, errno.EMFILE, 0.0)
        assert shortages.recent
        shortages.departed([])
        assert shortages.recent
        shortages.departed([trial()])
        assert not shortages.recent
        met(shortages, errno.EADDRNOTAVAIL, 0.0, own=1)
        assert shortages.recent

    def test_each_kind_has_its_own_second(self) -> None:
        shortages = Shortages()
        met(shortages, errno.EMFILE, 0.0)
        assert met(shortages, errno.ENOBUFS, 1.0) is Relief.ALL_ASIDE


class TestAside:
    def test_comes_back_after_a_moment_and_once(self) -> None:
        shortages, first, second = Shortages(), trial(), trial()
        assert (len(shortages), shortages.delay(0.0), shortages.due(0.0)) == (0, float("inf"), [])
        shortages.set_aside([first], 1.0)
        shortages.set_aside([second], 1.05)
        assert (len(shortages), shortages.due(1.09)) == (2, [])
        assert shortages.delay(1.05) == pytest.approx(0.05)
        assert shortages.due(1.11) == [first, second]
        assert (len(shortages), shortages.due(9.0), shortages.delay(9.0)) == (0, [], float("inf"))

    def test_too_many_stop_the_intake(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shortage, "_MOST_ASIDE", 5)
        shortages = Shortages()
        shortages.set_aside([trial()] * 4, 0.0)
        assert not shortages.too_many
        shortages.set_aside([trial()], 0.0)
        assert shortages.too_many


class TestWarnings:
    @pytest.mark.parametrize("code", sorted(LOCAL_LIMITS | set(SHARED)))
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
