"""A whole 10.0.0.0/8 x 1 port as JSONL, 16,777,216 targets that all refuse: the first row, the memory of each process
throughout, and the rate against small sweeps before and after."""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import bench

_SMALL, _SMALL_TARGETS = "10.1.0.0/16", 1 << 16
_ALL, _ALL_TARGETS = "10.0.0.0/8", 1 << 24


def _swept(hosts: str, targets: int, options: list[str]) -> tuple[float, dict[int, float]]:
    """Rows a second, and the peak of each process, MB: looked at once a second, while its rows are counted."""
    peaks: dict[int, float] = {}
    argv = [*bench.SCANNER, "sweep", hosts, "-p", "80", "-q", "-f", "jsonl", *options]
    rows = last = 0
    began = time.perf_counter()
    with subprocess.Popen(argv, cwd=bench.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while some := os.read(process.stdout.fileno(), 1 << 20):
            rows += some.count(b"\n")
            if int(time.perf_counter()) > last:
                last = int(time.perf_counter())
                with contextlib.suppress(OSError, ValueError):  # one ended just now
                    peaks.update({pid: _peak_mb(pid) for pid in _family(process.pid)})
    if process.returncode or rows != targets:
        sys.exit(f"{hosts}: exit {process.returncode}, {rows:,} rows; a wrong sweep has no speed")
    return targets / (time.perf_counter() - began), peaks


def _first_row(options: list[str]) -> float:
    """Seconds until the first row is there to read."""
    argv = [*bench.SCANNER, "sweep", _ALL, "-p", "80", "-q", "-f", "jsonl", *options]
    began = time.perf_counter()
    with subprocess.Popen(argv, cwd=bench.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - began
        process.stdout.close()
    return first


def _family(pid: int) -> list[int]:
    """A process and its children, theirs too."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("options", nargs="*", help="options for the sweeps, after --")
    given = parser.parse_args()
    bench.header("a whole /8")
    bench.enter_scene("eight")
    first = _first_row(given.options)
    print(f"first row after {first:.2f} s (at most 1)", flush=True)
    before = [_swept(_SMALL, _SMALL_TARGETS, given.options)[0] for _ in range(3)]
    rate, peaks = _swept(_ALL, _ALL_TARGETS, given.options)
    after = [_swept(_SMALL, _SMALL_TARGETS, given.options)[0] for _ in range(3)]
    small = sorted([*before, *after])[3]
    told = ", ".join(f"{peak:.1f}" for peak in sorted(peaks.values(), reverse=True))
    print(f"{_ALL}: {rate:,.0f} rows/s, small sweeps {small:,.0f}: ratio {rate / small:.2f} (at least 0.85)")
    print(f"peak of each process: {told} MB (under 100)")


if __name__ == "__main__":
    main()
