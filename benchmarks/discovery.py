"""A network of which few hosts are there: `sweep --discover` against nmap's host discovery as an ordinary user has it.

A /24 behind a gateway, 16 hosts of which answer, 1000 ports each. Alternating pairs; without nmap it is ours alone.
Every run is checked: all rows of those that answer, no other row, the others listed as silent.
"""

import argparse
import csv
import json
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import bench

_SCENE = bench.SCENES["mostly-dark"]
_THERE = {rule.addresses for rule in _SCENE.rules if rule.answer != "silent"}
_OPEN = sum(rule.answer == "open" for rule in _SCENE.rules)
_PORTS = 1000
_NMAP = ["nmap", "--unprivileged", "-sT", "-n", "-T4", "-p", _SCENE.ports]


def _sweep(folder: Path, options: list[str]) -> float:
    table, report = folder / "out.csv", folder / "out.json"
    argv = [*bench.SCANNER, "sweep", *_SCENE.hosts, "-p", _SCENE.ports, "--discover", "-q", "-o", str(table)]
    seconds = bench.timed([*argv, "-o", str(report), *options]).seconds
    with table.open(newline="") as file:
        rows = Counter((row["address"], row["state"]) for row in csv.DictReader(file))
    states = Counter(state for (_, state), count in rows.items() for _ in range(count))
    silent = json.loads(report.read_text())["scan"]["silent_hosts"]["count"]
    if states != {"open": _OPEN, "refused": len(_THERE) * _PORTS - _OPEN} or silent != 256 - len(_THERE):
        sys.exit(f"{dict(states)}, {silent} silent hosts; a wrong sweep has no speed")
    return seconds


def _nmap(folder: Path) -> tuple[float, int]:
    """The seconds, and how many of the hosts that are there it did not find."""
    report = folder / "nmap.xml"
    seconds = bench.timed([*_NMAP, "-oX", str(report), *_SCENE.hosts]).seconds
    up = sum(host.find("status[@state='up']") is not None for host in ElementTree.parse(report).iter("host"))
    return seconds, len(_THERE) - up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("options", nargs="*", help="options for the sweep, after --")
    given = parser.parse_args()
    bench.header("few hosts of a /24 are there: --discover against nmap -sT -T4", ("nmap", "--version"))
    bench.enter_scene(_SCENE.name)
    missed: list[int] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def nmap() -> float:
            seconds, misses = _nmap(folder)
            missed.append(misses)
            return seconds

        subjects = {"scanner": lambda: _sweep(folder, given.options)}
        if shutil.which("nmap"):
            subjects["nmap"] = nmap
        times = bench.alternate(subjects, given.pairs)
    for subject, seconds in times.items():
        print(f"  {subject:10} {bench.spread(seconds, 's')}")
    if "nmap" not in times:
        print("  nmap       not here: nothing to compare with")
        return
    print(f"  ratio      {bench.ratio(times['scanner'], times['nmap'])}  (at most 1.2, aim 0.8)")
    print(f"  hosts that nmap missed, by run: {missed}")


if __name__ == "__main__":
    main()
