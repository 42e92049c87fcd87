"""Thousands of random networks, each from a seed, with what must hold on all of them (`simulated/`).

A failure names its seed: `python -m tests.lab.simulate --seed SEED` plays that network again.

What is false by chance shows only in the sum: among one test's few networks even ten times as much would hardly show.
So each test adds what it found to what the others in this run have found, in whatever process. The few of every run of
the suite are known by seed.
"""

import os
import pickle
from collections import Counter
from pathlib import Path

import pytest

from tests.engine.simulated.invariants import play_seed
from tests.engine.simulated.table import Table, most_by_chance
from tests.engine.simulated.truth import LOST

NETWORKS = int(os.environ.get("SIMULATED_NETWORKS", "1500"))
CHUNKS = 300
#: How many chunks are played in every run of the suite; the pipeline plays all of them.
QUICK_CHUNKS = 1
#: Which of the quick chunk's networks, of the usual 1500, have a row that is false without a doubt. A play is
#: deterministic, so the quick run knows exactly; the bound of chance would let ten times the usual pass among so few.
#: (That bound holds over all chunks together, in the slow run.)
#: When a seed comes or goes, look at it first (`python -m tests.lab.simulate --seed SEED`), and never just add it: only
#: what chance explains (`simulated/truth.py` says when) may be pinned, by the change that brought it; what goes may be
#: an accident too.
FALSE_TODAY: frozenset[int] = frozenset()
_PINNED = range(1500)


@pytest.mark.parametrize(
    "chunk", [pytest.param(chunk, marks=pytest.mark.slow if chunk >= QUICK_CHUNKS else ()) for chunk in range(CHUNKS)]
)
def test_random_networks(chunk: int, found: Path, request: pytest.FixtureRequest) -> None:
    """No row without a doubt is false where that could have been known, and no more are false than chance explains."""
    table = Table()
    seeds = range(chunk, NETWORKS, CHUNKS)
    for seed in seeds:
        table.add(play_seed(seed))
    assert table.worlds == len(seeds) > 0
    if chunk < QUICK_CHUNKS:
        known = {seed for seed in FALSE_TODAY if seed in seeds}
        assert {seed for seed in table.false_seeds if seed in _PINNED} == known, table.report()
    (found / f"{chunk}.part").write_bytes(pickle.dumps(table))
    (found / f"{chunk}.part").rename(found / f"{chunk}.table")
    together = Table()
    for part in found.glob("*.table"):
        together.merge(pickle.loads(part.read_bytes()))
    chunks = sum(item.name.startswith("test_random_networks[") for item in request.session.items)
    assert together.passes(of=chunks * NETWORKS // CHUNKS), together.report()


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "simulated"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize(("worlds", "usual", "too_many"), [(1500, 13, 33), (6200, 45, 80), (30, 1, 3)])
def test_more_than_chance_explains_is_seen(worlds: int, usual: int, too_many: int) -> None:
    """Of 1500 networks eight are usual: with four times as many the test fails, wherever among them they are."""

    def of(false: int) -> Table:
        table = Table()
        table.worlds = worlds
        table.faults[LOST] = Counter(range(false))
        return table

    assert of(usual).passes()
    assert not of(too_many).passes()
    few = of(too_many)
    few.worlds //= 10
    assert not few.passes(of=worlds), "it is seen as soon as the first tenth has them"


def test_the_more_worlds_the_smaller_the_share_that_chance_may_have() -> None:
    most = [most_by_chance(worlds) for worlds in (1, 30, 300, 1500, 6200)]
    assert most == [1, 2, 7, 19, 54]


@pytest.mark.parametrize(
    "seed",
    [
        # hosts at their rate, and a policer that dropped the same ones each time
        pytest.param(408, marks=pytest.mark.slow),
        1820, 2048, 3023, 4043,  # responders that were gone were asked for ever, and the scan never ended
        3245,  # a late answer in the very turn in which silence stood: two rows
        4792, 2331, 3810, 4882,  # phantoms let go while their host was being asked, or as lost witnesses took no notice
    ],
)  # fmt: skip
def test_what_was_wrong_once(seed: int) -> None:
    table = Table()
    table.add(play_seed(seed))
    assert table.passes(), table.report()


def test_a_seed_plays_the_same_again() -> None:
    first, second = (play_seed(27).kernel.sent for _ in range(2))
    assert first == second
