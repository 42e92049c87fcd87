"""A scan shared among processes against the same by one: in turns, from the start of the command to its last report.

Two loads: 4096 ports of each of 256 hosts that refuse them all, beside nmap with --nmap, and 1000 ports of each address
of a /24 behind a router, of which 240 hosts are silent and the others left out. The processor time is that of all
processes: what more several take is what the first of them costs, which probes nothing itself.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import bench

_NMAP = ["nmap", "-sT", "-n", "-Pn", "-T5"]

#: What is swept: scene, hosts, ports, the verdict of all of them, and what their number is to be.
_LOADS = {
    "refused": ("wide", "10.0.1.0/24", "1-4096", b",refused,conn-refused,", 256 * 4096),
    "silent": ("mostly-dark", "10.7.3.0/24", "1-1000", b",timeout,no-response,", 240 * 1000),
}


def _sweep(
    host: str, ports: str, verdict: bytes, targets: int, processes: int, folder: Path, left_out: list[str]
) -> bench.Cost:
    report = folder / "out.csv"
    words = ["sweep", host, "-p", ports, "-q", "-o", str(report), "--processes", str(processes)]
    words += [word for each in left_out for word in ("--exclude", each)]
    cost = bench.timed([*bench.SCANNER, *words])
    with report.open("rb") as file:
        found = sum(verdict in line for line in file)
    if found != targets:
        sys.exit(f"{host} -p {ports}: {found:,} as they should be of {targets:,}; a wrong sweep has no speed")
    return cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("load", choices=_LOADS)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--ports", help="others than those of the load (with --targets)")
    parser.add_argument("--targets", type=int)
    parser.add_argument("--nmap", action="store_true")
    given = parser.parse_args()
    bench.header("processes", *([("nmap", "--version")] if given.nmap else []))
    print(f"load:    {' '.join(f'{load:.1f}' for load in os.getloadavg())}\n")
    scene, host, ports, verdict, targets = _LOADS[given.load]
    ports, targets = given.ports or ports, given.targets or targets
    rules = bench.SCENES[scene].rules if given.load == "silent" else ()
    left_out = sorted({rule.addresses for rule in rules if rule.answer != "silent"})
    bench.enter_scene(scene)
    cpu: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:

        def swept(count: int) -> float:
            cost = _sweep(host, ports, verdict, targets, count, Path(name), left_out)
            cpu.setdefault(count, []).append(cost.cpu)
            return cost.seconds

        subjects = {"one": lambda: swept(1), "several": lambda: swept(given.processes)}
        if given.nmap:
            subjects["nmap"] = lambda: bench.timed([*_NMAP, "-p", ports, host]).seconds
        times = bench.alternate(subjects, given.pairs)
    print(f"{given.load}: {targets:,} targets, {given.processes} processes, {given.pairs} rounds")
    for subject, seconds in times.items():
        print(f"  {subject:10} {bench.spread(seconds, 's')}")
    print(f"  {'ratio':10} {bench.ratio(times['one'], times['several'])}  (at least 1.7, aim 1.9)")
    if given.nmap:
        print(f"  {'of nmap':10} {bench.ratio(times['several'], times['nmap'])}  (at most 0.55)")
    for count, seconds in cpu.items():
        print(f"  processor time, {count}: {bench.spread(seconds, 's')}")


if __name__ == "__main__":
    main()
