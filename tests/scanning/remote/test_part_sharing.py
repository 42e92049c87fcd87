"""Who gets which part: workers that are busy, or that broke a part, and who is there beside them."""

from collections.abc import Mapping

import pytest

from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.part_sharing import PartSharing, machine_of
from scanner.scanning.remote.worker_pool import PartTask

FRA, NYC = {"tcp://a:1": "fra"}, {"tcp://b:1": "nyc"}
BOTH = FRA | NYC


def shared(sharing: PartSharing, there: Mapping[str, str], parts: int = 3) -> dict[str, int]:
    """What each gets now, by name."""
    given = {}
    for who in sharing.next(there):
        sharing.begin(who, PartTask(who.at, who.part, parts, 1))
        given[who.name] = who.part
    return given


def leaves(sharing: PartSharing, part: int, parts: int = 3) -> None:
    """The run of this part ends, and its part is next."""
    task = PartTask(0, part, parts, 1)
    sharing.end(task)
    sharing.again(task)


@pytest.fixture
def aside() -> PartSharing:
    """fra had the first of three parts, has not begun with it, and is set aside; nyc has the second."""
    sharing = PartSharing([SharedList(b"", 3)])
    assert shared(sharing, BOTH) == {"fra": 1, "nyc": 2}
    sharing.set_aside(PartTask(0, 1, 3, 1))
    leaves(sharing, 1)
    return sharing


def test_one_that_is_busy_gets_nothing_while_another_one_is_there(aside: PartSharing) -> None:
    assert shared(aside, BOTH) == {}
    aside.end(PartTask(0, 2, 3, 1))
    assert not aside.has_free(FRA, PartTask(0, 1, 3, 1))
    assert shared(aside, BOTH) == {"nyc": 1}


def test_but_it_does_where_nobody_else_is(aside: PartSharing) -> None:
    assert shared(aside, FRA) == {"fra": 1}


def test_and_once_its_run_has_spoken(aside: PartSharing) -> None:
    aside.speaks(PartTask(0, 1, 3, 1))
    assert shared(aside, BOTH) == {"fra": 1}


def test_a_part_that_broke_does_not_wait_for_one_that_is_busy(aside: PartSharing) -> None:
    aside.broke(PartTask(0, 2, 3, 1))
    leaves(aside, 2)
    assert shared(aside, BOTH) == {"nyc": 2}


@pytest.mark.parametrize(
    ("first", "second", "gets"),
    [
        ({"tcp://a:1": "fra"}, {"tcp://a:2": "fra"}, {}),  # the same worker
        ({"tcp://a:1": "fra-0"}, {"tcp://a:2": "fra-1"}, {"fra-1": 1}),  # another one there
        ({"tcp://a:1#x": "tcp://a:1"}, {"tcp://a:2#y": "tcp://a:2"}, {}),  # without names, it may be the same
    ],
)
def test_a_part_that_broke_is_for_another_worker(
    first: dict[str, str], second: dict[str, str], gets: dict[str, int]
) -> None:
    sharing = PartSharing([SharedList(b"", 2)])
    shared(sharing, first | NYC, 2)
    sharing.broke(PartTask(0, 1, 2, 1))
    leaves(sharing, 1, 2)
    assert shared(sharing, second | NYC, 2) == gets
    leaves(sharing, 2, 2)
    assert gets or shared(sharing, second, 2), "it has something where nobody else is there"


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:40123", "tcp://10.0.0.1:40123#worker-1", "tcp://10.0.0.1:1#c:2"])
def test_the_machine_of_a_worker(address: str) -> None:
    assert machine_of(address) == "tcp://10.0.0.1"
