"""True answers under loss, load and limits: each scene of the table with its seconds and its false verdicts.

Every run is checked whole, every target against the truth of the scene. With --nmap, nmap -sT -T4 and -T5
run beside it, in networks of the same scene; of nmap only the number of ports per state is compared.
"""

import argparse
import statistics
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import bench

from tests.lab.check import mismatches, misses
from tests.lab.run import run
from tests.lab.scene import Oracle, Scene

_LONGEST = 600.0


class Case(NamedTuple):
    """A row of the table: at most `seconds`; `hosts` and `ports` where they are not the scene's own;
    `times` as many runs as asked for."""

    label: str
    scene: str
    seconds: float | None
    hosts: tuple[str, ...] = ()
    ports: str = ""
    times: int = 1

    def targets(self) -> Iterator[tuple[str, int]]:
        """What is swept."""
        return self.swept().targets()

    def swept(self) -> Scene:
        """The scene with the case's own hosts and ports."""
        scene = bench.SCENES[self.scene]
        return scene._replace(hosts=self.hosts or scene.hosts, ports=self.ports or scene.ports)


CASES = {
    "loss5": Case("20,000 ports, 5 % SYN loss", "loss5", 2.5),
    "loss20": Case("20,000 ports, 20 % SYN loss", "loss20", 4),
    "policer-behind": Case("10,000 + 10,000 silent, policer behind", "policer-behind", 12),
    "policer-front": Case("10,000 + 10,000 silent, policer in front", "policer-front", 25),
    "loss20-policer": Case("20 % loss and policer, 10,000 ports", "loss20-policer", 20),
    "attached": Case("attached /20, 20 live hosts", "attached", 30),
    "office": Case("attached /24 x 1000 ports, 20 live hosts", "office", 5),
    "silent": Case("1000 silent ports of one host", "silent", 2.6),
    "slow": Case("answers after 850 to 950 ms, 400 targets", "slow", None),
    "slower": Case("answers after 700 to 1100 ms, 400 targets", "slower", None),
    "half": Case("65,536 hosts x 1 port, half silent", "half", 7),
    "loopback4": Case("full loopback sweep, IPv4", "one", None, ("127.0.0.1",), "1-65535", 2),
    "loopback6": Case("full loopback sweep, IPv6", "one", None, ("::1",), "1-65535", 2),
}


class Line(NamedTuple):
    """What the runs of one subject gave; `misses` a number for each run."""

    seconds: list[float]
    misses: list[int]
    notes: list[str]

    def show(self, subject: str, at_most: float | None) -> str:
        """One line of the table."""
        worst = f"{statistics.median(self.misses):g}" + (f" (to {max(self.misses)})" if any(self.misses) else "")
        limit = f"  (at most {at_most:g} s)" if at_most else ""
        return f"  {subject:9} {bench.spread(self.seconds, 's'):26} misses {worst}, {len(self.seconds)} runs{limit}"


def _scanner(case: Case, runs: int, options: list[str]) -> Line:
    line = Line([], [], [])
    scene = case.swept()
    for _ in range(runs):
        argv = ["scanner", "sweep", *scene.hosts, "-p", scene.ports, "-q", "-o", "OUT.csv", *options]
        outcome = run(case.scene, argv, patience=_LONGEST)
        if outcome.status != 0:
            line.notes.append(f"exit {outcome.status}: {outcome.stderr.strip()[-500:]}")
        wrong = mismatches(scene, outcome.rows)
        line.seconds.append(outcome.seconds)
        line.misses.append(misses(wrong))
        line.notes.extend(wrong)
    return line


_NMAP_STATE = {"open": "open", "refused": "closed", "timeout": "filtered", "unreachable": "filtered"}


def _nmap_hosts(hosts: tuple[str, ...]) -> list[str]:
    """nmap's spelling of an address range differs; the cases need none."""
    return [*(["-6"] if ":" in hosts[0] else []), *hosts]


def _nmap(case: Case, timing: str, longest: float) -> Line:
    """One run of nmap; a miss is a port that is not in the state it should be counted in."""
    scene = case.swept()
    oracle = Oracle(scene)
    truth = Counter(_NMAP_STATE.get(oracle.truth(*target).state, "filtered") for target in scene.targets())
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder, "nmap.xml")
        argv = ["nmap", "-sT", "-n", "-Pn", timing, "-p", scene.ports, "-oX", str(xml), *_nmap_hosts(scene.hosts)]
        outcome = run(case.scene, argv, patience=longest)
        if outcome.status != 0:
            return Line([outcome.seconds], [sum(truth.values())], [f"not done after {outcome.seconds:.0f} s"])
        found = _nmap_counts(xml)
    wrong = sum(max(0, count - found[state]) for state, count in truth.items() if state != "filtered")
    return Line([outcome.seconds], [wrong + max(0, truth["filtered"] - found["filtered"])], [])


def _nmap_counts(xml: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _, element in ElementTree.iterparse(xml):
        if element.tag == "extraports":
            counts[element.get("state", "")] += int(element.get("count", "0"))
        elif element.tag == "state":
            counts[element.get("state", "")] += 1
        elif element.tag == "host":
            element.clear()
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}; default: all")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--nmap", action="store_true")
    parser.add_argument("--longest", type=float, default=_LONGEST, help="seconds that nmap may take; default 600")
    parser.add_argument("--option", action="append", default=[], help="for the sweep, e.g. --option=-t2s")
    given = parser.parse_args()
    unknown = [name for name in given.cases if name not in CASES]
    if unknown:
        sys.exit(f"no case {', '.join(unknown)}; there are: {', '.join(CASES)}")
    bench.header("scenes", *([("nmap", "--version")] if given.nmap else []))
    for case in [CASES[name] for name in given.cases or CASES]:
        print(case.label, flush=True)
        line = _scanner(case, given.runs * case.times, given.option)
        print(line.show("scanner", case.seconds))
        for note, times in Counter(line.notes).items():
            print(f"    ! {note}" + (f"  ({times} runs)" if times > 1 else ""))
        for timing in ("-T4", "-T5") if given.nmap else ():
            beside = _nmap(case, timing, given.longest)
            print(beside.show(f"nmap {timing}", None), *beside.notes)
        print(flush=True)


if __name__ == "__main__":
    main()
