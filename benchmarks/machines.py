"""A million refused targets by two Dask workers of this machine, beside --processes 2: a scheduler, two workers, and
what they cost, in a namespace of their own."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bench

_FIRST, _LAST, _PORTS = "10.1.0.0", "10.1.3.231", 1000
_URL = "tcp://127.0.0.1:8786"
_CLUSTER = """
import sys
from distributed import LocalCluster
cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", scheduler_port=8786,
    dashboard_address=None, worker_dashboard_address=None, local_directory=sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def _cluster(folder: str) -> Iterator[None]:
    argv = ["env", "DASK_LOGGING__DISTRIBUTED=critical", sys.executable, "-c", _CLUSTER, folder]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield
    finally:
        process.communicate(timeout=60)


def _seconds(folder: str, words: list[str]) -> float:
    report = Path(folder, "out.csv")
    report.unlink(missing_ok=True)
    cost = bench.timed(
        [*bench.SCANNER, "sweep", f"{_FIRST}-{_LAST}", "-p", f"1-{_PORTS}", "-q", "-o", str(report), *words]
    )
    with report.open("rb") as file:
        rows = sum(1 for _ in file) - 1
    assert rows == 1_000_000, rows
    return cost.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    bench.header("machines")
    bench.enter_scene("eight")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory() as folder, _cluster(folder):
        found = bench.alternate(
            {
                "--processes 2": lambda: _seconds(folder, ["--processes", "2"]),
                "--dask, two workers": lambda: _seconds(folder, ["--dask", _URL]),
            },
            given.rounds,
        )
    for way, seconds in found.items():
        print(f"{way:>20}  {bench.spread(seconds, 's', 1)}")
    own, dask = found.values()
    print(f"               ratio  {bench.ratio(dask, own)}, at most 1.3")


if __name__ == "__main__":
    main()
