"""What a silent attempt costs: user and system time of the whole command, its CSV included.

A dark /24 beside 16 hosts that refuse; `--hosts` and `--ports` say how many targets. `--window` is `-c`: without it,
what the machine allows. Sixteen hosts alone are taken off, so that start-up and refusals do not count.
"""

import argparse
import csv
import tempfile
from pathlib import Path

import bench

_REFUSING = "10.0.0.0-10.0.0.15"


def _sweep(report: Path, *words: str) -> bench.Cost:
    return bench.timed([*bench.SCANNER, "sweep", *words, "-q", "-o", str(report)])


def _attempts(report: Path) -> int:
    with report.open(newline="", encoding="utf-8") as file:
        return sum(int(row["attempts"]) for row in csv.DictReader(file) if row["state"] == "timeout")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hosts", default="10.7.0.0/24")
    parser.add_argument("--ports", default="1-300")
    parser.add_argument("--window", default="")
    given = parser.parse_args()
    bench.header("silent attempts")
    bench.enter_scene("dark")
    width = ["-c", given.window] if given.window else []
    each, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "out.csv")
        for _ in range(given.rounds):
            beside = _sweep(report, _REFUSING, "-p", given.ports, *width).cpu
            few = _attempts(report)
            cost = _sweep(report, given.hosts, _REFUSING, "-p", given.ports, *width)
            each.append((cost.cpu - beside) / (_attempts(report) - few) * 1e6)
            seconds.append(cost.seconds)
    print(f"user + system, one silent attempt   {bench.spread(each, 'us', 1)}  (at most 28, aim 20)")
    print(f"the whole sweep                     {bench.spread(seconds, 's')}", flush=True)


if __name__ == "__main__":
    main()
