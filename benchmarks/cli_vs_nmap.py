"""The whole command (process start, sweep, a CSV row for every target) against nmap, across a namespace link.

Two loads: every port of one host that refuses, and 1024 ports of each of 256 hosts. Alternating pairs.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import bench

_NMAP = ["nmap", "-sT", "-n", "-Pn", "-T5"]

#: What is swept: name, host, ports, targets.
_LOADS = [
    ("65,535 ports of one host", "10.0.0.1", "1-65535", 65535),
    ("256 hosts x 1024 ports", "10.0.1.0/24", "1-1024", 256 * 1024),
]


def _sweep(host: str, ports: str, targets: int, folder: Path, options: list[str]) -> float:
    report = folder / "out.csv"
    cost = bench.timed([*bench.SCANNER, "sweep", host, "-p", ports, "-q", "-o", str(report), *options])
    with report.open("rb") as file:
        refused = sum(b",refused,conn-refused," in line for line in file)
    if refused != targets:
        sys.exit(f"{host} -p {ports}: {refused} refused of {targets}; a wrong sweep has no speed")
    return cost.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("options", nargs="*", help="options for the sweep, after --")
    given = parser.parse_args()
    bench.header("whole command against nmap", ("nmap", "--version"))
    bench.enter_scene("wide")
    with tempfile.TemporaryDirectory() as folder:
        for name, host, ports, targets in _LOADS:
            load = (host, ports, targets, Path(folder), given.options)
            subjects = {
                "scanner": lambda load=load: _sweep(*load),
                "nmap": lambda host=host, ports=ports: bench.timed([*_NMAP, "-p", ports, host]).seconds,
            }
            times = bench.alternate(subjects, given.pairs)
            print(f"{name}, {given.pairs} pairs")
            for subject, seconds in times.items():
                rate = targets / sorted(seconds)[len(seconds) // 2]
                print(f"  {subject:10} {bench.spread(seconds, 's')}  {rate:,.0f} probes/s")
            print(
                f"  ratio      {bench.ratio(times['scanner'], times['nmap'])}  (at most 0.92, aim 0.80)\n", flush=True
            )


if __name__ == "__main__":
    main()
