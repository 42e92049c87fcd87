"""The neighbours that the kernel asks for: how many at once, when its table is read, and which of its words count."""

import socket

import pytest

from scanner.engine.brakes.asked_neighbours import AskedNeighbours
from scanner.engine.brakes.neighbour_words import Entries, NeighbourWords
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, AF_INET6, located

LIVE, DEAD = "10.1.0.1", "10.1.0.2"


def asking(entries: Entries) -> AskedNeighbours:
    """At most nine at once."""
    return AskedNeighbours(9, NeighbourWords(entries))


def left(asked: AskedNeighbours, host: str, now: float = 0.0) -> Trial:
    """The probe that makes the kernel ask for that host, and has left."""
    trial = opener(host, left=False)
    asked.ask(trial, now)
    trial.attempts += 1
    return trial


def opener(host: str, *, left: bool = True, scope: int = 0) -> Trial:
    place = Place(f"{host}%lo" if scope else host, AF_INET6 if ":" in host else AF_INET, scope=scope)
    trial = Trial(Endpoint(place, 80, (Request(),)), located(Path(1, attached=True)))
    trial.attempts = int(left)
    return trial


def table(*said: tuple[str, Resolution]) -> dict[NeighbourKey, Resolution]:
    return {(socket.inet_aton(host), 0): word for host, word in said}


def test_what_is_over_is_told_and_what_is_not_is_not() -> None:
    words = table((LIVE, Resolution.RESOLVED), (DEAD, Resolution.FAILED), ("10.1.0.3", Resolution.RESOLVING))
    asked = asking(lambda family: words)
    openers = {host: opener(host) for host in (LIVE, DEAD, "10.1.0.3", "10.1.0.4")}
    for trial in openers.values():
        asked.ask(trial, 0.0, left=True)
    said = {place.numeric: word for place, word in asked.look(0.5).items()}
    assert said == {LIVE: Resolution.RESOLVED, DEAD: Resolution.FAILED}
    assert asked.room == 5
    held = asked.ends(openers[LIVE].endpoint.place)
    assert held is not None
    assert (held.opener, held.at, held.held) == (openers[LIVE], 0.0, 0)
    assert (asked.room, asked.ends(openers[LIVE].endpoint.place)) == (6, None)


@pytest.mark.parametrize(("word", "counts"), [(Resolution.FAILED, False), (Resolution.RESOLVED, True)])
def test_before_its_probe_has_left_a_failure_is_of_an_earlier_day(word: Resolution, counts: bool) -> None:
    asked = asking(lambda family: table((DEAD, word)))
    asked.ask(opener(DEAD, left=False), 0.0)
    assert bool(asked.look(0.5)) is counts


def test_a_trouble_that_may_pass_is_no_word_and_the_next_look_tells() -> None:
    trouble: list[OSError] = [OSError(24, "no descriptor")]

    def entries(family: int) -> dict[NeighbourKey, Resolution]:
        if trouble:
            raise trouble.pop()
        return table((DEAD, Resolution.FAILED))

    asked = asking(entries)
    trial = left(asked, DEAD)
    assert asked.look(0.1) == {}
    assert asked.look(0.15) == {}, "not yet"
    assert asked.look(0.21) == {trial.endpoint.place: Resolution.FAILED}


def test_an_address_that_was_typed_with_its_link_is_found_all_the_same() -> None:
    """Of a link-local address the link is part of it; of any other the table has none."""
    key = (socket.inet_pton(AF_INET6, "fd50::1"), 0)
    asked = asking(lambda family: {key: Resolution.FAILED})
    asked.ask(opener("fd50::1", scope=1), 0.0, left=True)
    assert list(asked.look(0.5).values()) == [Resolution.FAILED]


def test_what_others_made_the_kernel_ask_for_before_tells_nothing() -> None:
    words = table((DEAD, Resolution.RESOLVING))
    asked = asking(lambda family: words)
    trial = opener(DEAD, left=False)
    asked.ask(trial, 0.0)
    asked.look(0.1)
    words.clear()
    assert asked.look(3.0) == {}
    trial.attempts = 1
    assert [asked.look(now) for now in (3.2, 3.4)] == [{}, {trial.endpoint.place: None}]


@pytest.mark.parametrize("crowded", [True, False])
def test_an_entry_that_was_asked_for_and_is_gone_has_failed_where_the_table_is_crowded(crowded: bool) -> None:
    """Such a table drops what has failed at once, between two looks; else the link was down, or somebody flushed it."""
    words = table((DEAD, Resolution.RESOLVING))
    asked = asking(lambda family: words)
    trial = left(asked, DEAD)
    place = trial.endpoint.place
    assert asked.look(0.1) == {}
    words.clear()
    words.update(table(*((f"10.2.0.{n}", Resolution.RESOLVED) for n in range(2 if crowded else 1))))
    assert asked.look(0.3) == {}, "too early to say"
    assert asked.look(3.1) == ({place: Resolution.FAILED} if crowded else {})
    assert asked.understood(place, 3.15) is (Resolution.FAILED if crowded else Resolution.RESOLVING)
    assert asked.understood(opener(LIVE).endpoint.place, 3.2) is None


def test_the_probe_that_makes_it_ask_is_the_one_that_leaves_now() -> None:
    """It had attempts before: what the table says until it has left once more is of an earlier day."""
    asked = asking(lambda family: table((DEAD, Resolution.FAILED)))
    trial = opener(DEAD)
    trial.attempts = 2
    asked.ask(trial, 0.0)
    assert asked.look(0.1) == {}
    trial.attempts = 3
    assert asked.look(0.3) == {trial.endpoint.place: Resolution.FAILED}
    again = opener(LIVE)
    asked.ask(again, 1.0, left=True)
    held = asked.get(again.endpoint.place)
    assert held is not None
    assert held.left


def test_a_look_that_finds_it_after_one_that_did_not_begins_anew() -> None:
    words: dict[NeighbourKey, Resolution] = {}
    asked = asking(lambda family: words)
    trial = left(asked, DEAD)
    assert asked.look(0.1) == {}
    words.update(table((DEAD, Resolution.STALE)))
    assert list(asked.look(0.3).values()) == [Resolution.STALE]
    words.clear()
    assert asked.look(0.5) == {}
    assert asked.look(0.7) == {trial.endpoint.place: None}


def test_who_is_still_asked_for_by_the_tables_word_has_more_time() -> None:
    """Not for ever: four times three seconds."""
    asked = asking(lambda family: table((DEAD, Resolution.RESOLVING)))
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

    asked = asking(entries)
    left(asked, DEAD)
    asked.ask(opener("fe80::1", scope=1), 0.0, left=True)
    assert list(asked.look(0.5).values()) == [Resolution.FAILED]
    assert sorted(families) == sorted([AF_INET, AF_INET6])


def test_when_it_is_read() -> None:
    reads: list[float] = []
    asked = asking(lambda family: reads.append(now) or {})  # type: ignore[func-returns-value]
    now = 0.0
    assert (asked.look(now), asked.delay(now)) == ({}, float("inf")), "it asks for nobody"
    asked.ask(opener(DEAD), 0.0)
    for now in (0.0, 0.05, 0.1, 0.19, 0.2):
        asked.look(now)
    assert reads == [0.0, 0.1, 0.2]
    assert asked.delay(0.25) == pytest.approx(0.05)


def test_who_was_asked_for_long_ago_is_given_up() -> None:
    asked = asking(lambda family: {})
    asked.ask(opener(LIVE), 0.0)
    asked.ask(opener(DEAD), 1.0)
    assert list(asked.take_over(3.1)) == []
    assert [each.opener.endpoint.place.numeric for each in asked.take_over(3.3)] == [LIVE]
    assert (bool(asked), asked.room) == (True, 8)


def test_where_it_cannot_be_read_they_take_room_for_three_seconds_all_the_same() -> None:
    asked = asking(lambda family: None)
    trial = left(asked, DEAD)
    held = asked.get(trial.endpoint.place)
    assert held is not None
    held.waiting.append(opener(DEAD))
    assert asked.look(0.1) == {}
    assert [(len(waiting), len(silent)) for waiting, silent in asked.all_go()] == [(1, 0)]
    assert [(len(waiting), len(silent)) for waiting, silent in asked.all_go()] == [(0, 0)], "they are gone already"
    assert asked.delay(1.0) == pytest.approx(2.2)
