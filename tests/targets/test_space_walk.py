"""One way through the space: each endpoint once, with the rows that joined while it lay ahead."""

from scanner.model import Request
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
