"""What `--journal` costs, and whether a scan survives being killed.

1. The time of a sweep with a journal over that without one: 256 hosts x 1024 ports that refuse, and a /16 x 1 port,
   which has a place for each row. In turns; processor time as well, for a busy machine's clock says little.
2. A sweep of hosts that answer and hosts that do not, killed (SIGKILL) at random moments of its progress, each time
   begun anew, and gone on with to its end: the verdicts of each must be those of one that was never killed, each once.

Options behind -- go to all sweeps: `-- --processes 2`.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import bench

_LOADS = [
    ("256 hosts x 1024 ports", "10.0.1.0/24", "1-1024", 256 * 1024),
    ("a /16 x 1 port", "10.2.0.0/16", "80", 65536),
]
#: 16 hosts of this network answer, behind a gateway; the others are silent.
_DARK = ["10.7.3.0/24", "-p", "1-100", "-t", "300ms"]
_ROWS = 25_600
_PATIENCE_S = 300

_Verdict = tuple[str, int, str, str]


def _sweep(host: str, ports: str, targets: int, folder: Path, options: list[str]) -> bench.Cost:
    report = folder / "out.csv"
    words = ["sweep", host, "-p", ports, "-q", "-o", str(report), *options]
    cost = bench.timed([*bench.SCANNER, *words])
    with report.open("rb") as file:
        found = sum(1 for _ in file) - 1
    if found != targets:
        sys.exit(f"{' '.join(words)}: {found} rows of {targets}; a wrong sweep has no speed")
    return cost


def _costs(folder: Path, pairs: int, options: list[str]) -> None:
    kept = [*options, "--journal", str(folder / "journal")]
    for name, host, ports, targets in _LOADS:
        costs: dict[str, list[bench.Cost]] = {"without": [], "with": []}
        for turn in range(pairs + 1):
            for subject, words in (("without", options), ("with", kept)):
                cost = _sweep(host, ports, targets, folder, words)
                if turn:
                    costs[subject].append(cost)
        size = (folder / "journal").stat().st_size
        print(f"{name}, {pairs} pairs; the journal takes {size / targets:.0f} bytes a row")
        for what in ("seconds", "cpu"):
            values = {subject: [getattr(cost, what) for cost in some] for subject, some in costs.items()}
            print(
                f"  {what:8} {bench.spread(values['without'], 's')} without, {bench.spread(values['with'], 's')} with"
            )
            print(f"  {'':8} {bench.ratio(values['with'], values['without'])}  (at most 1.1)", flush=True)


def _verdicts(lines: list[str]) -> Counter[_Verdict]:
    rows = map(json.loads, lines)
    return Counter((row["address"], row["port"], row["state"], row["doubt"] or "") for row in rows)


def _whole(options: list[str]) -> tuple[Counter[_Verdict], str]:
    argv = [*bench.SCANNER, "sweep", *_DARK, "--no-progress", "-f", "jsonl", *options]
    done = subprocess.run(argv, cwd=bench.ROOT, capture_output=True, text=True, check=False, timeout=_PATIENCE_S)
    if done.returncode:
        sys.exit(f"{' '.join(argv)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return _verdicts(done.stdout.splitlines()), done.stderr


def _killed(rows: int, options: list[str]) -> None:
    """A sweep that is killed once it has told so many rows."""
    argv = [*bench.SCANNER, "sweep", *_DARK, "-q", "-f", "jsonl", *options]
    with subprocess.Popen(argv, cwd=bench.ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        for _ in range(rows):
            if not process.stdout.readline():
                break
        process.kill()


def _survival(folder: Path, kills: int, seed: int, options: list[str]) -> None:
    wanted, _ = _whole(options)
    if wanted.total() != _ROWS:
        sys.exit(f"{wanted.total()} rows of {_ROWS}")
    rng, bad, path = random.Random(seed), 0, folder / "killed"
    for at in range(1, kills + 1):
        path.unlink(missing_ok=True)
        kept = [*options, "--journal", str(path)]
        moment = rng.randrange(_ROWS)
        _killed(moment, kept)
        found, said = _whole(kept)
        resuming = next((line for line in said.splitlines() if line.startswith("resuming")), "began anew")
        differing = (wanted - found) + (found - wanted)
        bad += bool(differing)
        told = (
            f"{len(differing)} verdicts differ, such as {sorted(differing)[:2]}" if differing else "the same verdicts"
        )
        print(f"  {at:2} killed after {moment:6,} rows; {resuming}: {told}", flush=True)
    print(f"{kills - bad} of {kills} end with the verdicts of one that was never killed, each once\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--part", choices=("costs", "survival"), required=True)
    parser.add_argument("options", nargs="*", help="options for the sweeps, after --")
    given = parser.parse_args()
    bench.header(f"--journal: {given.part}")
    os.environ.pop("PYTHONUNBUFFERED", None)
    with tempfile.TemporaryDirectory() as folder:
        if given.part == "costs":
            bench.enter_scene("wide")
            _costs(Path(folder), given.pairs, given.options)
        else:
            bench.enter_scene("mostly-dark")
            _survival(Path(folder), given.kills, given.seed, given.options)


if __name__ == "__main__":
    main()
