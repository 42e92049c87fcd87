"""`python -m tests.lab.simulate --seeds N [--from S] [--jobs J]`: N random networks, truth against verdict in a table.

`--seed S` plays one again and shows its world and its false rows. No packet is sent: the kernel is a fake
(`tests/engine/fakes.py`), and the networks are those of `tests/engine/simulated`, a few of which the suite plays. The
exit status is 1 if a row without a doubt was false although that could have been known, or if an invariant broke.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.engine.simulated.invariants import INVARIANTS, play_seed
from tests.engine.simulated.play import Played
from tests.engine.simulated.table import Table
from tests.engine.simulated.truth import Truth
from tests.engine.simulated.world import World

_CHUNK = 50
_MOST_SHOWN = 20


def _chunk(seeds: range) -> Table:
    table = Table()
    for seed in seeds:
        try:
            table.add(play_seed(seed))
        except AssertionError as broken:
            table.broken[seed] = str(broken)
    return table


def _many(seeds: range, jobs: int) -> int:
    started = time.monotonic()
    table = Table()
    chunks = [seeds[start : start + _CHUNK] for start in range(0, len(seeds), _CHUNK)]
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(_chunk, chunks):
            table.merge(part)
            if sys.stderr.isatty():
                print(f"\r{table.worlds:,} networks, {table.targets:,} targets", end="", file=sys.stderr, flush=True)
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    print(table.report())
    return 0 if table.passes() else 1


def _one(seed: int) -> int:
    print(World(seed))
    played = Played(World(seed))
    table, truth = Table(), Truth(played)
    table.add(played)
    false = [(row, fault) for row in played.rows if (fault := truth.fault(row))]
    for row, fault in false[:_MOST_SHOWN]:
        target = (row.address, row.port)
        print(
            f"{fault}: {row.address} port {row.port} is {truth.label(row)}; told {row.state} {row.reason}, "
            f"{row.attempts} attempts; answered {[str(state) for state in played.world.said[target]]}, "
            f"silent for {played.world.silences[target]}"
        )
    if len(false) > _MOST_SHOWN:
        print(f"and {len(false) - _MOST_SHOWN} more")
    print(f"took {played.seconds:.1f} s\n{table.report()}")
    for invariant in INVARIANTS:
        invariant(played)
    return 0 if table.passes() else 1


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.simulate", description=(__doc__ or "").splitlines()[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--seeds", type=int, metavar="N", help="how many networks")
    what.add_argument("--seed", type=int, metavar="S", help="play this one again and print it")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="S", help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes")
    asked = parser.parse_args(arguments)
    if asked.seed is not None:
        return _one(asked.seed)
    return _many(range(asked.first, asked.first + asked.seeds), asked.jobs)


if __name__ == "__main__":
    sys.exit(main())
