"""Target files and lists: honest ones by entries, hostile ones at three sizes, and how soon Ctrl-C is answered.

Nothing is probed (`--dry-run`) and nothing resolved. A hostile file is to end in a message within 4 s, whatever it
holds; from each size to the next, twice as big, it may take twice as long, less the start of Python. Seconds are the
processor's, which on an idle machine are those of the clock: all this waits for nothing else.
"""

import argparse
import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import bench
from hostile import FILES, HONEST, LISTS, honest

from scanner.targets.grammar.parsers import parse_exclude
from scanner.targets.space.excluder import Excluder

_SWEEP = ["sweep", "10.0.0.0/8", "-p", "22"]
_MOST_S, _MOST_MB = 4.0, 200.0


def _write(path: Path, pieces: Iterable[str]) -> float:
    """Write a file; its size in 10^6 bytes."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)
    return path.stat().st_size / 1e6


def _stopped(argv: Sequence[str], after: float) -> float:
    """Seconds from Ctrl-C until the program has ended."""
    process = subprocess.Popen(argv, cwd=bench.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    asked = time.perf_counter()
    process.send_signal(signal.SIGINT)
    process.wait()
    return time.perf_counter() - asked


def _row(name: str, argv: list[str], costs: list[tuple[float, bench.Cost]]) -> str:
    """One line: seconds at each size, memory at the biggest, the answer to Ctrl-C half-way through it."""
    biggest = costs[-1][1]
    answered = _stopped(argv, biggest.seconds / 2) if biggest.seconds > 0.5 else 0.0
    sizes = " | ".join(f"{size:5.1f} MB {cost.cpu:5.2f} s" for size, cost in costs)
    slow = "" if biggest.cpu <= _MOST_S else f"  OVER {_MOST_S:.0f} s"
    return f"{name:54} {sizes}  {biggest.rss_mb:4.0f} MB  Ctrl-C {answered:4.2f} s{slow}"


def _hostile(path: Path, most: int, only: Sequence[str]) -> None:
    cases = {name: (make, ["scan", str(path), "--dry-run"]) for name, make in FILES.items()}
    for name, (option, make) in LISTS.items():
        cases[f"{option} {name}"] = (make, [*_SWEEP, option, str(path), "--dry-run"])
    for name, (make, words) in cases.items():
        if only and not any(word in name for word in only):
            continue
        argv, costs = [*bench.SCANNER, *words], []
        for size in (most // 4, most // 2, most):
            written = _write(path, make(size))
            costs.append((written, bench.timed(argv, statuses=(0, 2))))
        print(_row(name, argv, costs), flush=True)


def _honest(path: Path, counts: Sequence[int], rounds: int) -> None:
    for name in HONEST:
        for count in counts:
            size = _write(path, honest(name, count))
            argv = [*bench.SCANNER, "scan", str(path), "--dry-run"]
            costs = [bench.timed(argv) for _ in range(rounds)]
            peak = statistics.median(cost.rss_mb for cost in costs)
            over = f"  OVER {_MOST_MB:.0f} MB" if peak > _MOST_MB and count <= 200_000 else ""
            seconds = bench.spread([cost.cpu for cost in costs], "s")
            print(f"{name:24} {count:>8,} entries {size:5.1f} MB  {seconds:22} {peak:4.0f} MB peak{over}", flush=True)


def _questions(counts: Sequence[int]) -> None:
    """Excludes host:port, and 1000 resolved names to ask them of (once 21 s of 60,000, with Ctrl-C waiting)."""
    for count in counts:
        texts = [f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}:{n % 60_000 + 1}" for n in range(count)]
        excludes = [parse_exclude(text) for text in texts]
        began = time.perf_counter()
        excluder = Excluder(excludes)
        cut = time.perf_counter() - began
        for number in range(1000):
            excluder.at_address((2, 0), (10 << 24) + number * 7)
        asked = time.perf_counter() - began - cut
        print(f"{count:>8,} excludes host:port: cut in {cut:.3f} s, 1000 questions in {asked:.4f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help="words of the hostile cases to run; all if none")
    parser.add_argument("--megabytes", type=float, default=31.0, help="the biggest hostile file")
    parser.add_argument("--counts", type=int, nargs="+", default=[50_000, 100_000, 200_000])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    bench.header("inputs")
    os.environ["NO_COLOR"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list.yaml")
        if not given.cases:
            _honest(path, given.counts, given.rounds)
            _questions([count * 3 // 10 for count in given.counts])
        _hostile(path, int(given.megabytes * 1e6), given.cases)


if __name__ == "__main__":
    main()
