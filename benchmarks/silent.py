"""Silent sweeps: 1000 silent ports of one host, and 15,000 silent probes in flight with their memory.

With --nmap, nmap -sT -T5 beside it (it takes silence for congestion: about a minute).
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench

_HOST = "10.0.0.1"


def _in_flight() -> int:
    """TCP sockets in use in this network namespace; nothing but the sweep has any."""
    for line in Path("/proc/net/sockstat").read_text().splitlines():
        words = line.split()
        if words[0] == "TCP:":
            return int(words[words.index("inuse") + 1])
    return 0


def _thousand(name: str, options: list[str], limit: str, rounds: int, report: Path) -> None:
    seconds = []
    for _ in range(rounds):
        argv = [*bench.SCANNER, "sweep", _HOST, "-p", "1-1000", "-q", "-o", str(report), *options]
        seconds.append(bench.timed(argv).seconds)
        with report.open("rb") as file:
            silent = sum(b",timeout,no-response," in line for line in file)
        if silent != 1000:
            sys.exit(f"{silent} timeouts of 1000 silent ports")
    print(f"1000 silent ports, {name:16} {bench.spread(seconds, 's')}  ({limit})", flush=True)


def _many(report: Path) -> None:
    argv = [*bench.SCANNER, "sweep", _HOST, "-p", "1-15000", "-q", "-o", str(report), "-t", "8s", "-r", "0"]
    began = time.perf_counter()
    process = subprocess.Popen([*argv, "-c", "15000"], cwd=bench.ROOT, stdin=subprocess.DEVNULL)
    most = resident = 0
    while process.poll() is None:
        most = max(most, _in_flight())
        status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        resident = max([resident, *(int(line.split()[1]) for line in status if line.startswith("VmHWM"))])
        time.sleep(0.1)
    took = time.perf_counter() - began
    print(f"15,000 silent ports, -t 8s -r 0: at most {most:,} in flight, {resident * 1024 / 1e6:.0f} MB resident")
    print(f"  (under 150), {took:.1f} s, exit {process.returncode}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nmap", action="store_true")
    given = parser.parse_args()
    bench.header("silent sweeps", *([("nmap", "--version")] if given.nmap else []))
    bench.enter_scene("quiet")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "out.csv")
        _thousand("-t 1s -r 0", ["-t", "1s", "-r", "0"], "under 2", given.rounds, report)
        _thousand("defaults", [], "at most 2.6, 2 is the floor", given.rounds, report)
        if given.nmap:
            nmap = bench.timed(["nmap", "-sT", "-n", "-Pn", "-T5", "-p", "1-1000", _HOST])
            print(f"1000 silent ports, nmap -sT -T5     {nmap.seconds:.1f} s", flush=True)
        _many(report)


if __name__ == "__main__":
    main()
