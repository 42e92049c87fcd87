"""The neighbours that the kernel asks for: how many at once, when its table is read, and which of its words count."""

import socket

import pytest

from scanner.engine.brakes.asked_neighbours import AskedNeighbours
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, AF_INET6, located

LIVE, DEAD = "10.1.0.1", "10.1.0.2"
AGED = Resolution.AGED


def opener(host: str, *, left: bool = True, scope: int = 0) -> Trial:
    place = Place(f"{host}%lo" if scope else host, AF_INET6 if ":" in host else AF_INET, scope=scope)
    trial = Trial(Endpoint(place, 80, (Request(),)), located(Path(1, attached=True)))
    trial.attempts = int(left)
    return trial


def table(*said: tuple[str, Resolution]) -> dict[NeighbourKey, Resolution]:
    return {(socket.inet_aton(host), 0): word for host, word in said}


def test_what_is_over_is_told_and_what_is_not_is_not() -> None:
    words = table((LIVE, Resolution.RESOLVED), (DEAD, Resolution.FAILED), ("10.1.0.3", Resolution.RESOLVING))
    asked = AskedNeighbours(9, lambda family: words)
    openers = {host: opener(host) for host in (LIVE, DEAD, "10.1.0.3", "10.1.0.4")}
    for trial in openers.values():
        asked.ask(trial, 0.0)
    said = {place.numeric: word for place, word in asked.look(0.5).items()}
    assert said == {LIVE: Resolution.RESOLVED, DEAD: Resolution.FAILED}
    assert asked.room == 5
    held = asked.ends(openers[LIVE].endpoint.place)
    assert held is not None
    assert (held.opener, held.at, held.held) == (openers[LIVE], 0.0, 0)
    assert (asked.room, asked.ends(openers[LIVE].endpoint.place)) == (6, None)


@pytest.mark.parametrize(("word", "counts"), [(Resolution.FAILED, False), (Resolution.RESOLVED, True)])
def test_before_its_probe_has_left_a_failure_is_of_an_earlier_day(word: Resolution, counts: bool) -> None:
    asked = AskedNeighbours(9, lambda family: table((DEAD, word)))
    asked.ask(opener(DEAD, left=False), 0.0)
    assert bool(asked.look(0.5)) is counts


def test_any_host_may_be_looked_up_once_a_turn() -> None:
    reads: list[int] = []
    words = table((LIVE, Resolution.RESOLVED), (DEAD, Resolution.FAILED))
    asked = AskedNeighbours(9, lambda family: reads.append(family) or words)  # type: ignore[func-returns-value]
    places = [opener(host).endpoint.place for host in (LIVE, DEAD, "10.1.0.3")]
    assert [asked.word_on(place, 4.0) for place in places] == [Resolution.RESOLVED, Resolution.FAILED, None]
    assert reads == [AF_INET]
    words[socket.inet_aton(LIVE), 0] = Resolution.AGED
    assert asked.word_on(places[0], 4.01) is Resolution.AGED


def test_a_trouble_that_may_pass_is_no_word_and_the_next_look_tells() -> None:
    trouble: list[OSError] = [OSError(24, "no descriptor")]

    def entries(family: int) -> dict[NeighbourKey, Resolution]:
        if trouble:
            raise trouble.pop()
        return table((DEAD, Resolution.FAILED))

    asked = AskedNeighbours(9, entries)
    trial = opener(DEAD)
    asked.ask(trial, 0.0)
    assert (asked.look(0.1), asked.tells) == ({}, True)
    assert asked.look(0.15) == {}, "not yet"
    assert asked.look(0.21) == {trial.endpoint.place: Resolution.FAILED}


def test_an_address_that_was_typed_with_its_link_is_found_all_the_same() -> None:
    """Of a link-local address the link is part of it; of any other the table has none."""
    key = (socket.inet_pton(AF_INET6, "fd50::1"), 0)
    asked = AskedNeighbours(9, lambda family: {key: Resolution.FAILED})
    asked.ask(opener("fd50::1", scope=1), 0.0)
    assert list(asked.look(0.5).values()) == [Resolution.FAILED]


def test_what_others_made_the_kernel_ask_for_before_tells_nothing() -> None:
    words = table((DEAD, Resolution.RESOLVING))
    asked = AskedNeighbours(9, lambda family: words)
    trial = opener(DEAD, left=False)
    asked.ask(trial, 0.0)
    asked.look(0.1)
    words.clear()
    assert asked.look(3.0) == {}
    trial.attempts = 1
    assert [asked.look(now) for now in (3.2, 3.4)] == [{}, {trial.endpoint.place: None}]


def test_what_was_read_of_one_family_says_nothing_of_the_other() -> None:
    six = Place("fd50::1", AF_INET6)
    words = {AF_INET: table((LIVE, Resolution.RESOLVED)), AF_INET6: {(socket.inet_pton(AF_INET6, "fd50::1"), 0): AGED}}
    asked = AskedNeighbours(9, lambda family: words[family])
    for urgent in (True, False):
        assert asked.word_on(opener(LIVE).endpoint.place, 4.0) is Resolution.RESOLVED
        assert asked.word_on(six, 4.0, urgent=urgent) is AGED


def test_who_is_not_in_a_hurry_takes_what_was_read_lately() -> None:
    words = table((LIVE, Resolution.RESOLVED))
    asked = AskedNeighbours(9, lambda family: words)
    place = opener(LIVE).endpoint.place
    asked.word_on(place, 4.0)
    words.clear()
    assert asked.word_on(place, 4.05, urgent=False) is Resolution.RESOLVED
    assert asked.word_on(place, 4.15, urgent=False) is None


def test_an_entry_that_was_asked_for_and_is_gone_has_failed() -> None:
    """A table that is full drops what has failed at once, between two looks."""
    words = table((DEAD, Resolution.RESOLVING))
    asked = AskedNeighbours(9, lambda family: words)
    trial = opener(DEAD)
    asked.ask(trial, 0.0)
    place = trial.endpoint.place
    assert (asked.look(0.1), asked.word_on(place, 0.15)) == ({}, Resolution.RESOLVING)
    words.clear()
    assert (asked.look(0.3), asked.word_on(place, 0.35)) == ({}, Resolution.RESOLVING), "too early to say"
    assert asked.look(3.1) == {place: Resolution.FAILED}
    assert asked.word_on(place, 3.15) is Resolution.FAILED
    assert asked.word_on(opener(LIVE).endpoint.place, 3.2) is None


def test_who_is_still_asked_for_by_the_tables_word_has_more_time() -> None:
    """Not for ever: four times three seconds."""
    asked = AskedNeighbours(9, lambda family: table((DEAD, Resolution.RESOLVING)))
    asked.ask(opener(DEAD), 0.0)
    over = []
    for tick in range(200):
        asked.look(tick / 10)
        over += [tick / 10 for _ in asked.take_over(tick / 10)]
    assert over == [pytest.approx(4 * 3.2, abs=0.4)]


def test_each_family_is_read_by_itself_and_a_link_local_address_on_its_link() -> None:
    families: list[int] = []
    near, other = ((socket.inet_pton(AF_INET6, "fe80::1"), link) for link in (1, 2))

    def entries(family: int) -> dict[NeighbourKey, Resolution]:
        families.append(family)
        return {near: Resolution.FAILED, other: Resolution.RESOLVED} if family == AF_INET6 else {}

    asked = AskedNeighbours(9, entries)
    asked.ask(opener(DEAD), 0.0)
    asked.ask(opener("fe80::1", scope=1), 0.0)
    assert list(asked.look(0.5).values()) == [Resolution.FAILED]
    assert sorted(families) == sorted([AF_INET, AF_INET6])


def test_when_it_is_read() -> None:
    reads: list[float] = []
    asked = AskedNeighbours(9, lambda family: reads.append(now) or {})  # type: ignore[func-returns-value]
    now = 0.0
    assert (asked.look(now), asked.delay(now)) == ({}, float("inf")), "it asks for nobody"
    asked.ask(opener(DEAD), 0.0)
    for now in (0.0, 0.05, 0.1, 0.19, 0.2):
        asked.look(now)
    assert reads == [0.0, 0.1, 0.2]
    assert asked.delay(0.25) == pytest.approx(0.05)
    for now in (0.21, 0.23, 0.24):
        asked.look(now, urgent=True)
    assert reads == [0.0, 0.1, 0.2, 0.23]


def test_who_was_asked_for_long_ago_is_given_up() -> None:
    asked = AskedNeighbours(9, lambda family: {})
    asked.ask(opener(LIVE), 0.0)
    asked.ask(opener(DEAD), 1.0)
    assert list(asked.take_over(3.1)) == []
    assert [each.opener.endpoint.place.numeric for each in asked.take_over(3.3)] == [LIVE]
    assert (bool(asked), asked.room) == (True, 8)


def test_where_it_cannot_be_read_they_take_room_for_three_seconds_all_the_same() -> None:
    asked = AskedNeighbours(9, lambda family: None)
    trial = opener(DEAD)
    asked.ask(trial, 0.0)
    held = asked.get(trial.endpoint.place)
    assert held is not None
    held.waiting.append(opener(DEAD))
    assert asked.look(0.1) == {}
    assert not asked.tells
    assert [(len(waiting), len(silent)) for waiting, silent in asked.all_go()] == [(1, 0)]
    assert [(len(waiting), len(silent)) for waiting, silent in asked.all_go()] == [(0, 0)], "they are gone already"
    assert asked.delay(1.0) == pytest.approx(2.2)
