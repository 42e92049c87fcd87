"""One way through the space: each endpoint once, with the rows that joined while it lay ahead."""

import pytest

from scanner.model import Note, Request
from scanner.targets.space import target_space
from scanner.targets.space.space_walk import SpaceWalk
from scanner.targets.space.target_space import Space
from tests.targets.made import built, entry


def test_each_endpoint_once_and_in_order() -> None:
    walk = SpaceWalk(built([entry("10.0.0.1-2", "1,2")]).space)
    out = [(each.place.address, each.port) for n in (1, 2, 9, 9) for each in walk.take(n)]
    assert out == [("10.0.0.1", 1), ("10.0.0.2", 1), ("10.0.0.1", 2), ("10.0.0.2", 2)]
    assert walk.done


def test_a_row_joins_what_lies_ahead() -> None:
    walk = SpaceWalk(built([entry("10.0.0.1-3", "1")]).space)
    (gone,) = walk.take(1)
    late, later = Request("late"), Request("later")
    assert not walk.join(0, late)
    assert walk.join(2, late)
    assert walk.join(2, later)
    ahead, joined = walk.take(2)
    assert [len(each.requests) for each in (gone, ahead, joined)] == [1, 1, 3]
    assert joined.requests[1:] == (late, later)


def test_how_many_take_turns() -> None:
    walk = SpaceWalk(built([entry("10.0.0.1", "1,2"), entry("10.0.0.2", "1")]).space)
    hosts = []
    while not walk.done:
        hosts.append(walk.hosts)
        walk.take(1)
    assert hosts == [2, 2, 1]
    assert walk.hosts == 0
    assert SpaceWalk(Space([])).done


def test_hosts_that_have_answered_go_ahead_once_each_was_asked_for_its_first_port() -> None:
    walk = SpaceWalk(built([entry("10.0.0.1-3", "1-3"), entry("10.0.0.4", "1")]).space)
    assert walk.take(9, ahead=True) == []
    first = walk.take(4)
    assert [each.port for each in first] == [1, 1, 1, 1]
    note = first[1].place.note = Note()
    note.verdicts = 1
    assert [(each.place.address, each.port) for each in walk.take(3)] == [
        ("10.0.0.2", 2), ("10.0.0.2", 3), ("10.0.0.1", 2),
    ]  # fmt: skip
    assert (walk.hosts, walk.done) == (2, False)
    assert len(walk.take(9)) == 3
    assert walk.done


def test_a_row_joins_whichever_order_it_is() -> None:
    """Registered before the first ports are out, or after; and never for what has gone."""
    walk = SpaceWalk(built([entry("10.0.0.1-2", "1-3")]).space)
    late, later = Request("late"), Request("later")
    assert walk.join(4, late)  # 10.0.0.1, port 3
    first = walk.take(2)
    note = first[1].place.note = Note()
    note.verdicts = 1
    (ahead,) = walk.take(1)
    assert (ahead.place.address, ahead.port) == ("10.0.0.2", 2)
    assert not walk.join(0, later), "a first port has gone"
    assert not walk.join(3, later), "it went ahead"
    assert walk.join(4, later)
    assert walk.join(5, later)
    rows = {(each.place.address, each.port): each.requests[1:] for each in walk.take(9)}
    assert rows == {
        ("10.0.0.2", 3): (later,), ("10.0.0.1", 2): (), ("10.0.0.1", 3): (late, later),
    }  # fmt: skip


def test_more_hosts_than_places_are_kept_of_stay_in_the_order_of_the_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_space, "MOST_KEPT", 2)
    walk = SpaceWalk(built([entry("10.0.0.1-3", "1,2")]).space)
    (first, *_) = walk.take(3)
    note = first.place.note = Note()
    note.verdicts = 1
    assert walk.take(9, ahead=True) == []
    assert [each.place.address for each in walk.take(9)] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert walk.done
