"""Several processes see what one sees: the same verdicts and doubts in every kind of network, and rates on the wire."""

import sys
from collections import Counter

import pytest

from tests.lab.run import running
from tests.lab.syns import Wire
from tests.workers import workers_when

pytestmark = [pytest.mark.lab, pytest.mark.slow]

_TWO, _THREE = ("--processes", "2"), ("--processes", "3")
_WATCHED = (sys.executable, "-m", "tests.lab.syns", "scanner")
_NET = {f"10.0.0.{last}" for last in range(256)}


@pytest.mark.parametrize("processes", [_TWO, _THREE], ids="-".join)
@pytest.mark.parametrize("scene", ["basic", "full", "vacant", "attached-small"])
def test_every_verdict_is_right(lab, scene, processes):
    lab(scene).sweep(*processes)


def test_most_of_a_network_is_silent(lab):
    """Those that answer vouch for what is silent in the other process's part as well."""
    scene = lab("mostly-dark")
    outcome = scene.run("scanner", "sweep", "10.7.3.0/24", "-p", "1-60", *_TWO, "-q", "-o", "OUT.csv", patience=120)
    assert outcome.status == 0
    scene.hold(outcome, [(f"10.7.3.{last}", port) for last in range(256) for port in range(1, 61)])
    assert {row["doubt"] for row in outcome.rows} == {""}


def test_every_verdict_is_right_where_packets_are_lost(lab):
    """One process has one family's host, the other the other's."""
    lab("loss20-small").sweep(*_TWO, patience=120)


@pytest.mark.parametrize("scene", ["dark", "vacant", "basic"])
def test_what_is_in_doubt_for_one_is_for_several(lab, scene):
    doubts = []
    for processes in ((), _TWO, _THREE):
        rows = lab(scene).sweep(*processes).rows
        doubts.append(Counter((row["address"], row["state"], row["doubt"]) for row in rows))
    assert doubts[0] == doubts[1] == doubts[2]


@pytest.mark.parametrize("processes", [("--processes", "2"), ("--processes", "8")], ids="-".join)
def test_a_port_that_is_all_there_is(lab, processes):
    """Each sees a part of the addresses, and none of them all."""
    outcome = lab("shield").run("scanner", "sweep", "10.0.0.0/24", "-p", "25", "-o", "OUT.csv", *processes)
    assert {row["address"] for row in outcome.rows if row["doubt"] == "intercepted"} == _NET
    assert outcome.stderr.count("intercepted") == 1


def test_hosts_are_asked_first(lab):
    """What was passed over is told as the ranges that it would have been."""
    told = []
    for processes in ((), _TWO):
        outcome = lab("discovered").run(
            "scanner", "sweep", "10.7.3.0/26", "-p", "20-39,80,5000", "--discover", "-f", "json", "-o", "OUT.csv",
            *processes,
        )  # fmt: skip
        silent = outcome.stdout.partition('"silent_hosts": ')[2].partition("]")[0]
        told.append((silent, Counter((row["address"], row["port"], row["state"]) for row in outcome.rows)))
    assert told[0][0]
    assert told[0] == told[1]


@pytest.mark.parametrize("processes", [_TWO, _THREE], ids="-".join)
def test_one_rate_for_all(lab, processes):
    """One of them has more to do than the others, and gets their share once they are done."""
    outcome = lab("half").run(
        *_WATCHED, "sweep", "10.7.0.0-10.7.1.44", "-p", "80", "--rate", "150", *processes, "-q", "-o", "OUT.csv",
        patience=120, as_root=True,
    )  # fmt: skip
    assert outcome.status == 0, outcome.stderr
    wire = Wire.told(outcome.stderr)
    assert {row["state"] for row in outcome.rows} == {"timeout"}
    assert 100 < wire.worst <= 150
    assert len(outcome.rows) == 301


def test_a_host_rate_holds(lab):
    command = ("sweep", "10.0.0.4-10.0.0.7", "-p", "20-29,80,100-119,443", "--rate", "60", "--host-rate", "20", *_TWO)
    outcome = lab("basic").run(*_WATCHED, *command, "-q", "-o", "OUT.csv", patience=120, as_root=True)
    wire = Wire.told(outcome.stderr)
    assert wire.worst <= 60
    assert wire.worst_host <= 20


def test_a_reader_that_does_not_read_changes_nothing(lab):
    """stdout is full before the first silence is judged; what holds the rows back holds no answer back."""
    scene = lab("mostly-dark").scene
    command = ["scanner", "sweep", *scene.hosts, "-p", "1-150", "-f", "csv", *_TWO]
    with running(scene.name, command, patience=120) as process:
        workers_when(process.pid, 2)
        with pytest.raises(TimeoutError):
            _wait(process, 6.0)
        text = process.stdout.read().decode()
        status, _ = process.wait()
    rows = [line.split(",") for line in text.splitlines()[1:]]
    assert (status, len(rows)) == (0, 256 * 150)
    assert {(row[5], row[16]) for row in rows} == {("open", ""), ("refused", ""), ("timeout", "")}


def _wait(process, seconds):
    import select

    poller = select.poll()
    poller.register(process.stdout, select.POLLERR)
    if not poller.poll(seconds * 1000):
        raise TimeoutError
