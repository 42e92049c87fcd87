"""A worker of a real Dask cluster that freezes (SIGSTOP): nobody says so, and its part is probed all the same."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_machines import DASK, HOSTS, done, rows_of, started
from tests.dask_clusters import Cluster, dask_cluster
from tests.namespace import Namespace, namespace

pytestmark = [pytest.mark.lab, pytest.mark.slow]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Namespace, Cluster]]:
    with namespace() as net, dask_cluster(net, tmp_path_factory.mktemp("dask")) as made:
        yield net, made


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _rows_of_both(process: "subprocess.Popen[str]") -> Iterator[str]:
    """Reads until more hosts are told of than one part has: both workers have begun."""
    hosts = set[str]()
    assert process.stdout is not None
    while len(hosts) <= 8:
        line = process.stdout.readline()
        hosts.add(line.split(",")[2])
        yield line


def test_another_one_probes_its_part_and_no_row_comes_twice(cluster: tuple[Namespace, Cluster]) -> None:
    net, made = cluster
    process = started(net, "sweep", HOSTS, "-p", "1-50", "--rate", "80", "-f", "csv", *DASK)
    begun = list(_rows_of_both(process))
    with frozen(made.pids()[0]):
        status, out, err = done(process)
    assert status == 0, err
    assert "of 2 is probed again: worker 0 has said nothing for 20 s" in err
    found = Counter((line.split(",")[2], line.split(",")[3]) for line in [*begun, *out.splitlines()])
    assert (len(found), set(found.values())) == (16 * 50, {1})  # the head was read before


def test_a_stop_does_not_wait_for_it(cluster: tuple[Namespace, Cluster], tmp_path: Path) -> None:
    net, made = cluster
    report = tmp_path / "out.json"
    process = started(net, "sweep", HOSTS, "-p", "1-500", "--rate", "80", "-f", "csv", "-o", report, *DASK)
    with frozen(made.pids()[0]):
        process.send_signal(signal.SIGINT)
        status, out, err = done(process)
    assert status == 130, err
    data = json.loads((tmp_path / "out.json.partial").read_text())
    assert not data["scan"]["complete"]
    assert len(data["results"]) == len(rows_of(f"head\n{out}"))


@pytest.mark.parametrize("names", [(), ("--from", "1")])
def test_the_others_scan_without_it(cluster: tuple[Namespace, Cluster], names: tuple[str, ...]) -> None:
    """It is frozen from the beginning: named where it would have had a part, else nobody's matter."""
    net, made = cluster
    with frozen(made.pids()[0]):
        found = net.scanner("sweep", HOSTS, "-p", "1-20", "-f", "csv", *DASK, *names)
    assert found.returncode == 0, found.stderr
    assert len(rows_of(found.stdout)) == 16 * 20
    without = "warning: the scan goes on without worker 0: no answer within 8 s" in found.stderr
    assert without == (not names)
    assert "has not begun" not in found.stderr
