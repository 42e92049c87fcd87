"""What the ICMP check costs a sweep of refused ports: the engine with it and without, in turns; probes per second.

"With" is as it is: the kernel's count of ICMP errors vouches for a whole batch of refusals. "One by one" asks every
socket's error queue, as is done where batches are small or ICMP errors come in. "Without" does neither: a refused
port is taken at SO_ERROR's word, and a firewall's port-unreachable would be called closed.
"""

import argparse
import subprocess
import sys
import time

import bench

_LOADS = [
    ("65,535 ports of one host", ["10.0.0.1"], "1-65535", 65_535),
    ("256 hosts x 1024 ports", ["10.0.1.0/24"], "1-1024", 262_144),
]


def _itself(subject: str, load: int) -> None:
    """In the subject's process: measure and tell."""
    from scanner.api.plans import plan_of_hosts
    from scanner.api.scans import prepared
    from scanner.api.wanted import Wanted
    from scanner.machine.kernel import Kernel

    if subject != "with":
        Kernel.icmp_counts = lambda self: None  # type: ignore[method-assign]
    if subject == "without":
        Kernel.flagger = lambda self, fd: None  # type: ignore[method-assign]
    _, hosts, ports, _ = _LOADS[load]
    wanted = Wanted(vantage="")
    plan = plan_of_hosts(hosts, ports, wanted)
    began = time.perf_counter()
    refused = sum(row.state == "refused" for rows in prepared(plan, wanted).batches() for row in rows)
    print(refused, time.perf_counter() - began)


def _rate(subject: str, load: int) -> float:
    """Probes per second by what the subject tells; every one of them must be refused."""
    argv = [sys.executable, __file__, "--subject", subject, str(load)]
    told = subprocess.run(argv, cwd=bench.ROOT, capture_output=True, text=True, check=False)
    expected = _LOADS[load][3]
    if told.returncode != 0:
        sys.exit(f"{subject}: exit {told.returncode}\n{told.stderr[-2000:]}")
    refused, seconds = told.stdout.split()
    if int(refused) != expected:
        sys.exit(f"{subject}: {refused} refused of {expected}")
    return expected / float(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--subject", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.subject:
        _itself(given.subject[0], int(given.subject[1]))
        return
    bench.header("the ICMP check on refused ports: with and without")
    bench.enter_scene("wide")
    for load, (name, _, _, _) in enumerate(_LOADS):
        subjects = {who: lambda who=who, load=load: _rate(who, load) for who in ("with", "one by one", "without")}
        rates = bench.alternate(subjects, given.pairs)
        print(f"{name}, {given.pairs} pairs")
        for who, values in rates.items():
            print(f"  {who:10} {bench.spread(values, 'probes/s', 0)}")
        for who in ("with", "one by one"):
            print(f"  {who + ' / without':20} {bench.ratio(rates[who], rates['without'])}", flush=True)


if __name__ == "__main__":
    main()
