"""What the bar says of the time left, against the truth: steady sweeps in a namespace, all answering, all silent, some.

Each is a scan of its own, in a namespace that has nothing but a loopback; ten at a time: they mostly wait. Silent is a
port whose accept queue is full: its SYNs are dropped, without a packet filter. Printed is how far off the estimate
was at 10, 20, 30, 50 and 70 % of the course. (At its end nobody knows how the last wait ends.)
"""

import argparse
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench import ROOT, header

from scanner.api.forecast import limits_of
from scanner.api.plans import plan_of_typed_hosts
from scanner.api.scans import prepared
from scanner.api.time_left import Course, TimeLeft
from scanner.api.wanted import Wanted

#: Name: ports of each of 256 hosts, which hosts are silent (a step, 0: none), what is asked for.
CASES: dict[str, tuple[int, int, dict[str, Any]]] = {
    "all refused, --rate 100": (8, 0, {"rate": 100.0}),
    "all silent, --rate 100 -r 0": (8, 1, {"rate": 100.0, "retries": 0}),
    "all silent, --rate 100": (6, 1, {"rate": 100.0}),
    "all silent, --rate 100 -r 3": (4, 1, {"rate": 100.0, "retries": 3}),
    "all silent, --rate 100 -t 300ms": (6, 1, {"rate": 100.0, "timeout": 0.3}),
    "all silent, --rate 200 -t 4s": (4, 1, {"rate": 200.0, "timeout": 4.0}),
    "half silent, --rate 100 -r 0": (8, 2, {"rate": 100.0, "retries": 0}),
    "half silent, --rate 100": (6, 2, {"rate": 100.0}),
    "half silent, --rate 100 -r 3": (5, 2, {"rate": 100.0, "retries": 3}),
    "half silent, --rate 100 -t 4s": (3, 2, {"rate": 100.0, "timeout": 4.0}),
    "a 25th silent, --rate 100": (8, 25, {"rate": 100.0}),
    "all silent, --host-rate 1": (10, 1, {"host_rate": 1.0}),
    "all silent, -c 100": (4, 1, {"concurrency": 100}),
    "half silent, -c 100": (10, 2, {"concurrency": 100}),
    "half silent, -c 100 -r 0": (16, 2, {"concurrency": 100, "retries": 0}),
}
_AT_ONCE = 10
_PARTS = (0.1, 0.2, 0.3, 0.5, 0.7)
_NAMESPACE = 'ip link set lo up; ip route add local 10.0.1.0/24 dev lo; exec "$@"'


def fill(host: str, port: int) -> list[socket.socket]:
    """A listener that takes no more, for as long as these are kept; at every address, if there is no host."""
    place = host or "127.0.0.1", port
    kept = [socket.create_server((host, port), backlog=0), socket.create_connection(place)]
    for _ in range(2):
        waiting = socket.socket()
        waiting.setblocking(False)
        waiting.connect_ex(place)
        kept.append(waiting)
    return kept


def course_of(ports: int, options: dict[str, Any]) -> tuple[float, list[tuple[float, float | None]]]:
    """Sweeps: the seconds that it took, and, at most ten times a second, when what was said."""
    wanted = Wanted(**options)
    plan = plan_of_typed_hosts(["10.0.1.0/24"], f"1-{ports}", wanted)
    scan, began = prepared(plan, wanted), time.monotonic()
    left, said, rows = TimeLeft(limits_of(plan, wanted), began), list[tuple[float, float | None]](), 0
    for batch in scan.batches():
        left.add(batch)
        rows += len(batch)
        now = time.monotonic()
        if now - began >= 0.1 * (1 + len(said)):
            begun, beside = scan.begun
            course = Course(rows, scan.total, begun, scan.attempts, beside, hosts=scan.hosts, answering=scan.answering)
            said.append((now - began, left.seconds(course, now)))
    return time.monotonic() - began, said


def one(name: str) -> str:
    """A line on one case, from within its namespace."""
    ports, step, options = CASES[name]
    hosts = range(1, 256, step) if step > 1 else range(step)
    kept = [fill(f"10.0.1.{host}" if step > 1 else "", port) for host in hosts for port in range(1, ports + 1)]
    seconds, said = course_of(ports, options)
    offs = []
    for part in _PARTS:
        at, told = min(said, key=lambda each: abs(each[0] - part * seconds))
        offs.append("?" if told is None else f"{(told - (seconds - at)) / (seconds - at):+.0%}")
    del kept
    return f"| {name} | {seconds:.0f} s | {' | '.join(offs)} |"


def main(argv: Sequence[str]) -> None:
    """Runs all cases, or those whose names have a word in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only cases whose names have one of these in them")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args(argv)
    if chosen.one:
        print(one(chosen.one))
        return
    header("time left")
    print(f"| sweep of a /24 | took | {' | '.join(f'at {part:.0%}' for part in _PARTS)} |")
    names = [name for name in CASES if not chosen.words or any(word in name for word in chosen.words)]
    for start in range(0, len(names), _AT_ONCE):
        running = [
            subprocess.Popen(
                ["unshare", "-Urn", "sh", "-c", _NAMESPACE, "sh", sys.executable, __file__, "--one", name], cwd=ROOT
            )
            for name in names[start : start + _AT_ONCE]
        ]
        for process in running:
            process.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
