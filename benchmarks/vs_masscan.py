"""The whole command, as any user's, against masscan, which sends raw SYNs as root, at full rate.

Two loads: 256 hosts that refuse 1024 ports each, and 65,536 hosts of one port each, half of them silent. They run in
turns, each run in a network of its own (a second masscan in the same one takes twice as long, a third four times).
masscan is given no time to wait for late answers, its shortest run. What either one missed is printed: answering ports
that masscan did not report, and of ours any wrong row.
"""

import argparse
import tempfile
from pathlib import Path

import bench

from tests.lab.check import mismatches, misses
from tests.lab.plan import hardware
from tests.lab.run import run
from tests.lab.scene import Oracle, Scene

_MASSCAN = ["masscan", "--interface", "farward", "--adapter-ip", "172.31.1.1", "--rate", "1000000", "--wait", "0"]
_ROUTER = ["--router-mac", hardware(1, upper=True).replace(":", "-"), "--show", "closed"]

#: The scenes, and what is asked of the ratio.
_LOADS = (("wide", "at most 1.0, aim 0.7"), ("half", "at most 1.5, aim 1.0"))


def _sweep(scene: Scene, options: list[str], missed: list[int]) -> float:
    outcome = run(scene.name, ["scanner", "sweep", *scene.hosts, "-p", scene.ports, "-q", "-o", "OUT.csv", *options])
    missed.append(misses(mismatches(scene, outcome.rows)))
    return outcome.seconds


def _masscan(scene: Scene, answering: int, missed: list[int]) -> float:
    with tempfile.NamedTemporaryFile("r") as report:
        argv = [*_MASSCAN, *_ROUTER, "-p", scene.ports, *scene.hosts, "-oL", report.name]
        outcome = run(scene.name, argv, as_root=True)
        lines = Path(report.name).read_text().splitlines()
    missed.append(answering - len({tuple(line.split()[2:4]) for line in lines if line.startswith("closed")}))
    return outcome.seconds


def _measure(scene: Scene, asked: str, pairs: int, options: list[str]) -> None:
    truth = Oracle(scene).truth
    answering = sum(truth(*target).state == "refused" for target in scene.targets())
    missed: dict[str, list[int]] = {"scanner": [], "masscan": []}
    subjects = {
        "scanner": lambda: _sweep(scene, options, missed["scanner"]),
        "masscan": lambda: _masscan(scene, answering, missed["masscan"]),
    }
    times = bench.alternate(subjects, pairs)
    print(f"{scene.about}, {pairs} pairs; {answering:,} targets answer")
    for subject, seconds in times.items():
        print(f"  {subject:10} {bench.spread(seconds, 's')}  missed by run: {missed[subject]}")
    print(f"  ratio      {bench.ratio(times['scanner'], times['masscan'])}  ({asked})\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("options", nargs="*", help="options for the sweep, after --")
    given = parser.parse_args()
    bench.header("whole command against masscan as root", ("masscan", "--version"))
    for name, asked in _LOADS:
        _measure(bench.SCENES[name], asked, given.pairs, given.options)


if __name__ == "__main__":
    main()
