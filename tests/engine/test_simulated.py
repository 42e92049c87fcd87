"""Thousands of random networks, each from a seed, with what must hold on all of them (`simulated/`).

A failure names its seed: `python -m tests.lab.simulate --seed SEED` plays that network again.
"""

import os

import pytest

from tests.engine.simulated.invariants import play_seed
from tests.engine.simulated.table import Table

NETWORKS = int(os.environ.get("SIMULATED_NETWORKS", "1500"))
CHUNKS = 50
#: So many chunks are played in every run of the suite, and all of them in the pipeline.
QUICK_CHUNKS = 1


@pytest.mark.parametrize(
    "chunk", [pytest.param(chunk, marks=pytest.mark.slow if chunk >= QUICK_CHUNKS else ()) for chunk in range(CHUNKS)]
)
def test_random_networks(chunk: int) -> None:
    """No row without a doubt is false where something could have told."""
    table = Table()
    for seed in range(chunk, NETWORKS, CHUNKS):
        table.add(play_seed(seed))
    assert table.passes(), table.report()


@pytest.mark.parametrize(
    "seed",
    [
        408,  # hosts at their rate, and a policer that dropped the same ones each time
        1820, 2048, 3023, 4043,  # responders that were gone were asked for ever, and the scan had no end
        3245,  # a late answer in the very round in which silence stood: two rows
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
