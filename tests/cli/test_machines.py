"""Scans by the workers of a real Dask cluster: a scheduler and two workers, each a process of its own."""

import csv
import io
import json
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from scanner import __version__
from tests.cli.process import COMMAND, PATIENCE_S
from tests.dask_clusters import URL, Cluster, dask_cluster, kill, other_scanner, tls_set, two_places
from tests.namespace import SILENT, Namespace, namespace
from tests.pages import DOCS, blocks, commands, section
from tests.workers import until

pytestmark = [pytest.mark.lab, pytest.mark.slow]

OPEN = 1999
HOSTS = "127.0.1.1-16"
DASK = ("--dask", URL)


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with namespace() as made, made.listening(*(f"127.0.1.{last}:{OPEN}" for last in (3, 4, 9))):
        yield made


@pytest.fixture(scope="module")
def cluster(net: Namespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with dask_cluster(net, tmp_path_factory.mktemp("dask")) as made:
        yield made


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def verdicts(text: str) -> list[tuple[str, ...]]:
    return sorted(tuple(row[key] for key in ("address", "port", "state", "reason", "doubt")) for row in rows_of(text))


def started(net: Namespace, *words: object) -> "subprocess.Popen[str]":
    """A scan on its way: its first row is there."""
    process = net.start(*COMMAND, *words)
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def done(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    watchdog = Timer(2 * PATIENCE_S, process.kill)
    watchdog.start()
    out, err = process.stdout.read(), process.stderr.read()  # `communicate` misses what `readline` has buffered
    status = process.wait(PATIENCE_S)
    watchdog.cancel()
    return status, out, err


def test_the_verdicts_are_those_of_a_scan_from_here(net: Namespace, cluster: Cluster) -> None:
    """And the scheduler, which has no scanner, keeps nothing of it."""
    before = cluster.kept()
    words = ("sweep", HOSTS, "-p", f"{OPEN - 3}-{OPEN + 3}", "-t", "300ms", "-f", "csv")
    here, there = net.scanner(*words), net.scanner(*words, *DASK)
    assert (there.returncode, there.stderr.count("\n")) == (0, here.stderr.count("\n")), there.stderr
    assert verdicts(there.stdout) == verdicts(here.stdout)
    assert len(verdicts(there.stdout)) == 16 * 7
    assert {row["vantage"] for row in rows_of(there.stdout)} == {"127.0.0.1"}
    until(lambda: cluster.kept() <= before, "all is cleared away")


def test_a_list_with_expectations(net: Namespace, cluster: Cluster, tmp_path: Path) -> None:
    listed = tmp_path / "list.yaml"
    listed.write_text(
        f"targets:\n- {{hosts: [127.0.1.1-9], port: {OPEN}, need: 3, name: three}}\n- 127.0.1.1:{SILENT[0]}\n"
    )
    report = tmp_path / "out.json"
    found = net.scanner("scan", listed, "-t", "200ms", "-o", report, "--vantage", "lab", *DASK)
    assert found.returncode == 1, found.stderr
    data = json.loads(report.read_text())
    assert Counter((row["name"], row["met"]) for row in data["results"]) == {("three", True): 9, (None, False): 1}
    assert data["scan"]["complete"]
    assert (data["scan"]["vantage"], data["scan"]["options"]["dask"]) == ("lab", URL)


def test_a_worker_that_is_killed_in_mid_scan(net: Namespace, cluster: Cluster) -> None:
    process = started(net, "sweep", HOSTS, "-p", "1-50", "--rate", "100", "-f", "csv", *DASK)
    kill(cluster.pids()[0])
    status, out, err = done(process)
    assert status == 0, err
    assert "is probed again: worker 0 is gone" in err or "is probed again: worker 1 is gone" in err
    found = Counter((line.split(",")[2], line.split(",")[3]) for line in out.splitlines())
    assert (len(found), set(found.values())) == (16 * 50, {1})  # the head was read before


def test_a_stop_brings_what_there_is(net: Namespace, cluster: Cluster) -> None:
    process = started(net, "sweep", HOSTS, "-p", "1-500", "--rate", "100", "-f", "csv", *DASK)
    process.send_signal(signal.SIGINT)
    status, out, err = done(process)
    assert status == 130, err
    assert 0 < len(out.splitlines()) < 16 * 500
    assert "Traceback" not in err


def test_workers_end_when_nobody_listens(net: Namespace, cluster: Cluster) -> None:
    """Each has one thread, so the second scan gets none before the first has ended."""
    process = started(net, "sweep", HOSTS, "-p", "1-5000", "--rate", "20", "-f", "csv", *DASK)
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    again = net.scanner("sweep", HOSTS, "-p", "1-5", "-f", "csv", *DASK, timeout=3 * PATIENCE_S)
    assert again.returncode == 0, again.stderr
    assert len(rows_of(again.stdout)) == 16 * 5


_LEAVING = f"""
from distributed import Client, Queue, Variable
from scanner.api.machines.dask_tidying import tidy
from scanner.api.machines.sent_source import SentSource
client = Client("{URL}")
client.run_on_scheduler(SentSource(tidy), "scanner-left-", client.id, 0.1)
Variable("scanner-left-list-0", client).set(1)
queue = Queue("scanner-left-news", client)
print("ready", flush=True)
input()
"""


def test_what_is_left_goes_though_no_worker_has_begun(net: Namespace, cluster: Cluster) -> None:
    """A real scheduler sees to it, which has no scanner."""
    left = {"scanner-left-list-0", "scanner-left-news"}
    with net.program(_LEAVING) as process:
        assert left <= cluster.kept()
        process.kill()
    until(lambda: not left & cluster.kept(), "nothing is left")


def test_each_named_worker_probes_all_of_the_list(net: Namespace, cluster: Cluster) -> None:
    found = net.scanner("sweep", HOSTS, "-p", str(OPEN), "-f", "csv", *DASK, "--from", "0", "--from", "1")
    assert found.returncode == 0, found.stderr
    assert Counter((row["vantage"], row["state"]) for row in rows_of(found.stdout)) == {
        ("0", "open"): 3, ("0", "refused"): 13, ("1", "open"): 3, ("1", "refused"): 13,
    }  # fmt: skip


def test_a_name_that_no_worker_has(net: Namespace, cluster: Cluster) -> None:
    found = net.scanner("sweep", HOSTS, "-p", "1", *DASK, "--from", "fra")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        'error: --from "fra": there is no worker of that name; there are 0, 1 (dask worker --name gives one its name)\n'
    )


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("0.0.1", f"has scanner 0.0.1, and {__version__} is needed"),
        (__version__, f"has another scanner {__version__} than this host: its code is not the same"),
    ],
)
def test_a_worker_with_something_else_of_that_name(tmp_path: Path, version: str, told: str) -> None:
    """It is told, and lives on: what it cannot unpickle would end it."""
    other = other_scanner(tmp_path / "other", version)
    with namespace() as alone, dask_cluster(alone, tmp_path, workers=1, path=other) as made:
        before = made.pids()
        found = alone.scanner("sweep", HOSTS, "-p", "1", *DASK)
        assert made.pids() == before
        assert all(Path(f"/proc/{pid}").exists() for pid in before)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith(f'error: worker "0" {told}; install the wheel of this host there')


def test_no_worker_and_no_scheduler(tmp_path: Path) -> None:
    with namespace() as alone:
        nobody = alone.scanner("sweep", HOSTS, "-p", "1", *DASK)
        assert (nobody.returncode, nobody.stdout) == (2, "")
        assert nobody.stderr.startswith(f"error: --dask: nobody listens at {URL}; is the scheduler running")
        with dask_cluster(alone, tmp_path, workers=0):
            idle = alone.scanner("sweep", HOSTS, "-p", "1", *DASK)
    assert (idle.returncode, idle.stdout) == (2, "")
    assert idle.stderr.startswith(f"error: --dask: the scheduler at {URL} has no workers; start one")


def test_a_scheduler_that_dies(tmp_path: Path) -> None:
    report = tmp_path / "out.csv"
    with namespace() as alone, dask_cluster(alone, tmp_path) as made:
        process = started(alone, "sweep", HOSTS, "-p", "1-500", "--rate", "50", "-f", "csv", "-o", report, *DASK)
        made.kill()
        status, out, err = done(process)
    assert status == 3, err
    assert "warning: the scan ends here: the connection to the Dask scheduler has broken" in err
    kept = rows_of((tmp_path / "out.csv.partial").read_text())
    assert 0 < len(kept) == len(out.splitlines())
    assert not report.exists()


def test_tls(tmp_path: Path) -> None:
    """Who lacks a certificate, or has one of somebody else's, is told which of the two ends does not like which."""
    for name in ("ours", "theirs"):
        tmp_path.joinpath(name).mkdir()
    tls, other = tls_set(tmp_path / "ours"), tls_set(tmp_path / "theirs")
    secured: Any = ("sweep", HOSTS, "-p", "1", "-f", "csv", "--dask", URL.replace("tcp", "tls"))

    def refusal(ca: Path, cert: Path, key: Path, port: int = 8786) -> str:
        words = [word.replace("8786", str(port)) for word in secured]
        refused = alone.scanner(*words, "--dask-tls-ca", ca, "--dask-tls-cert", cert, "--dask-tls-key", key)
        assert (refused.returncode, refused.stdout) == (2, "")
        return str(refused.stderr)

    with namespace() as alone, dask_cluster(alone, tmp_path, tls=tls):
        found = alone.scanner(*secured, "--dask-tls-ca", tls.ca, "--dask-tls-cert", tls.cert, "--dask-tls-key", tls.key)
        assert found.returncode == 0, found.stderr
        assert len(rows_of(found.stdout)) == 16
        plain = alone.scanner("sweep", HOSTS, "-p", "1", *DASK)
        assert (plain.returncode, plain.stdout) == (2, "")
        assert "without TLS; is that the scheduler's port, or does it want a tls:// address?" in plain.stderr
        assert "is not from the authority of --dask-tls-ca" in refusal(other.ca, tls.cert, tls.key)
        assert "does not accept the certificate of --dask-tls-cert" in refusal(tls.ca, other.cert, other.key)
        assert "nobody listens at tls://" in refusal(*tls, port=8785)


def test_who_answers_and_is_no_scheduler() -> None:
    """Nor does one that says nothing hold us for ever."""
    with namespace() as alone, alone.listening("127.0.0.1:8786"):
        silent = alone.scanner("sweep", HOSTS, "-p", "1", *DASK)
    assert (silent.returncode, silent.stdout) == (2, "")
    assert silent.stderr.startswith(f"error: --dask: what answers at {URL} does not speak as a Dask scheduler")


def test_two_places_that_differ(tmp_path: Path) -> None:
    """All as docs/machines.md has it: the commands of workers in two networks, the list, the scan, and what it shows.
    What one reaches, a firewall keeps from the other."""
    page = section("From two empty hosts to a report", DOCS["machines"])
    (listed,), (shown,), (words,) = blocks("yaml", page), blocks("text", page), commands(page)
    tmp_path.joinpath("targets.yaml").write_text(listed)
    with namespace() as alone, two_places(alone, tmp_path):
        for _ in range(6):  # each waits some seconds for the workers
            if (found := alone.scanner(*words, cwd=tmp_path, timeout=3 * PATIENCE_S)).returncode != 2:
                break
    assert found.returncode == 0, found.stderr
    assert measured(found.stdout + found.stderr) == measured(shown)
    rows = rows_of(tmp_path.joinpath("report.csv").read_text())
    assert {(row["vantage"], row["source"]) for row in rows} == {("fra", "10.9.0.1"), ("nyc", "10.9.0.2")}


def measured(text: str) -> list[str]:
    """The lines without what is another number each time."""
    return re.sub(r" *[\d.]+ (ms|s\b|probes)", r" N \1", text).splitlines()
