"""Peak memory against the number of results, all written to CSV, and the start of a sweep of a /8."""

import argparse
import os
import signal
import subprocess
import tempfile
import time
from ipaddress import IPv4Address
from pathlib import Path

import bench

_FIRST = IPv4Address("10.1.0.1")
_PORTS = 1000


def _results(count: int, report: Path) -> None:
    hosts = f"{_FIRST}-{_FIRST + count // _PORTS - 1}"
    cost = bench.timed([*bench.SCANNER, "sweep", hosts, "-p", f"1-{_PORTS}", "-q", "-o", str(report)])
    with report.open("rb") as file:
        rows = sum(1 for _ in file) - 1
    print(
        f"{rows:>9,} rows  {cost.rss_mb:6.1f} MB peak  {cost.seconds:6.1f} s  {rows / cost.seconds:,.0f} rows/s",
        flush=True,
    )


def _slash_eight() -> None:
    """Until the first row is on stdout, then on for two seconds."""
    argv = [*bench.SCANNER, "sweep", "10.0.0.0/8", "-p", "80", "-q", "-f", "csv"]
    began = time.perf_counter()
    process = subprocess.Popen(argv, cwd=bench.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.readline()
    first = time.perf_counter() - began
    rows = 1
    while time.perf_counter() - began < first + 2:
        rows += process.stdout.read(1 << 16).count(b"\n")
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    print(f"10.0.0.0/8 -p 80: first row after {first:.2f} s (at most 1), {usage.ru_maxrss * 1024 / 1e6:.1f} MB peak")
    print(f"  (under 80) after {rows:,} rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[200_000, 500_000, 1_000_000])
    given = parser.parse_args()
    bench.header("memory")
    bench.enter_scene("eight")
    with tempfile.TemporaryDirectory() as folder:
        for count in given.counts:
            _results(count, Path(folder, "out.csv"))
    _slash_eight()


if __name__ == "__main__":
    main()
