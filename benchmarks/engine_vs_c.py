"""The engine up to its verdicts, no report written, against a C epoll loop and asyncio: probes per second.

Every subject is a process of its own that measures itself from the first probe to the last verdict, so that no
interpreter's start counts. The C loop (epoll_loop.c) uses a socket per probe, which is how one would write it.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from ipaddress import IPv4Address
from pathlib import Path

import bench

_LOADS = [("65,535 ports of one host", "10.0.0.1", 1, 65535), ("256 hosts x 1024 ports", "10.0.1.0", 256, 1024)]
_ASYNCIO_PROBES = 10_000


def run_engine(hosts: list[str], ports: str) -> tuple[int, int]:
    """The engine alone: how many verdicts, and how many of them are refused."""
    from scanner.api.plans import plan_of_hosts
    from scanner.api.scans import prepared
    from scanner.api.wanted import Wanted

    wanted = Wanted(vantage="")
    plan = plan_of_hosts(hosts, ports, wanted)
    probes = refused = 0
    for rows in prepared(plan, wanted).batches():
        probes += len(rows)
        refused += sum(row.state == "refused" for row in rows)
    return probes, refused


def run_asyncio(first: str, hosts: int, ports: int, window: int = 1000) -> tuple[int, int]:
    """`asyncio.open_connection`, `window` at once."""
    import asyncio

    base = IPv4Address(first)
    targets = iter([(str(base + host), port) for host in range(hosts) for port in range(1, ports + 1)])
    refused = 0

    async def work() -> None:
        nonlocal refused
        for host, port in targets:
            try:
                _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 1.0)
                writer.close()
            except ConnectionRefusedError:
                refused += 1

    async def all_of_them() -> None:
        await asyncio.gather(*(work() for _ in range(window)))

    asyncio.run(all_of_them())
    return hosts * ports, refused


def _itself(subject: str, first: str, hosts: int, ports: int) -> None:
    """In the subject's process: measure and tell."""
    import scanner.api.scans  # noqa: F401  the import is no part of the measure

    began = time.perf_counter()
    if subject == "engine":
        probes, refused = run_engine(
            [f"{first}-{IPv4Address(first) + hosts - 1}" if hosts > 1 else first], f"1-{ports}"
        )
    else:
        probes, refused = run_asyncio(first, hosts, ports)
    print(probes, refused, time.perf_counter() - began)


def _rate(argv: list[str], expected: int) -> float:
    """Probes per second by what the subject tells."""
    told = subprocess.run(argv, cwd=bench.ROOT, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        sys.exit(f"{argv[0]}: exit {told.returncode}\n{told.stderr[-2000:]}")
    probes, refused, seconds = told.stdout.split()
    if int(probes) != expected or int(refused) != expected:
        sys.exit(f"{' '.join(argv)}: {probes} verdicts, {refused} refused, of {expected}")
    return expected / float(seconds)


def _compiled(folder: Path) -> list[str]:
    """The C loop's program, or nothing where there is no compiler."""
    program = folder / "epoll_loop"
    source = Path(__file__).with_name("epoll_loop.c")
    try:
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", str(program), str(source)], check=True)
    except (OSError, subprocess.CalledProcessError):
        print("no C compiler: that comparison is left out")
        return []
    return [str(program)]


def _measure(load: tuple[str, str, int, int], program: list[str], rounds: int, window: int) -> None:
    name, first, hosts, ports = load
    me = [sys.executable, __file__, "--subject"]
    total = hosts * ports
    few = min(ports, _ASYNCIO_PROBES // hosts)
    subjects = {"engine": lambda: _rate([*me, "engine", first, str(hosts), str(ports)], total)}
    if program:
        subjects["C"] = lambda: _rate([*program, first, str(hosts), str(ports), str(window)], total)
    subjects["asyncio"] = lambda: _rate([*me, "asyncio", first, str(hosts), str(few)], hosts * few)
    rates = bench.alternate(subjects, rounds)
    print(f"{name}, {rounds} rounds, C with {window} in flight, asyncio with 1000 ({hosts * few:,} probes)")
    for subject, values in rates.items():
        print(f"  {subject:12} {bench.spread(values, 'probes/s', 0)}")
    for subject, aim in (("C", "  (at least 1.1, aim 1.25)"), ("asyncio", "")):
        if subject in rates:
            print(f"  engine / {subject:8} {bench.ratio(rates['engine'], rates[subject])}{aim}")
    print(flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--window", type=int, default=100, help="of the C loop (100 suits it best)")
    parser.add_argument("--subject", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.subject:
        subject, first, hosts, ports = given.subject
        _itself(subject, first, int(hosts), int(ports))
        return
    bench.header("engine up to verdicts, no report", ("cc", "--version"))
    with tempfile.TemporaryDirectory() as folder:
        program = _compiled(Path(folder))
        bench.enter_scene("wide")
        for load in _LOADS:
            _measure(load, program, given.rounds, given.window)


if __name__ == "__main__":
    main()
