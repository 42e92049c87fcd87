"""Hosts that are asked first whether they are there: who is swept, who is passed over, and what leaves for whom."""

import json
import signal
from collections import Counter
from pathlib import Path

import pytest

from scanner.services import discovery_ports
from tests.lab.run import running
from tests.lab.test_rates import on_the_wire

pytestmark = pytest.mark.lab

_HOSTS, _PORTS = ("10.7.3.0/26", "fd00:10::40/124"), "20-39,80,5000"  # as the scene has them
_THERE = {"10.7.3.1", "10.7.3.2", "10.7.3.3", "10.7.3.5", "10.7.3.6", "fd00:10::41"}
_SILENT = {
    "count": 74,
    "ranges": ["10.7.3.0", "10.7.3.4", "10.7.3.7-10.7.3.63", "fd00:10::40", "fd00:10::42-fd00:10::4f"],
}
_SCENE = "discovered"


def _swept(scene, tmp_path, *words):
    report = tmp_path / "o.json"
    outcome = scene.run("scanner", "sweep", *words, "--discover", "-o", str(report), "-o", "OUT.csv")
    return outcome, json.loads(report.read_text())["scan"]


def test_any_answer_of_a_hosts_own_has_it_swept_and_the_others_are_no_rows(lab, tmp_path):
    """Open, refused, an ICMP error of its own, everything open; neither an open port that was not asked first nor a
    router's word."""
    outcome, scan = _swept(lab(_SCENE), tmp_path, *_HOSTS, "-p", _PORTS)
    assert outcome.status == 0
    assert Counter(row["address"] for row in outcome.rows) == dict.fromkeys(_THERE, 22)
    assert scan["silent_hosts"] == _SILENT
    assert scan["complete"]
    said = "74 silent hosts passed over: 10.7.3.0, 10.7.3.4, 10.7.3.7-63, fd00:10::40, fd00:10::42-fd00:10::4f"
    assert said in outcome.stdout.splitlines()
    assert said in outcome.stderr.splitlines()
    states = {(row["address"], int(row["port"])): (row["state"], row["reason"]) for row in outcome.rows}
    assert states["10.7.3.1", 80] == ("open", "syn-ack")
    assert states["10.7.3.2", 22] == ("refused", "conn-refused")
    assert {row["doubt"] for row in outcome.rows if row["address"] == "10.7.3.6"} == {"accepts-everything"}
    assert scan["counts"]["timeout"] == scan["timeouts"] == 3 * 22 + 22 - 1 - 1 - 1


@pytest.mark.slow
def test_without_ports_the_rows_are_those_that_were_asked_first(lab, tmp_path):
    outcome, scan = _swept(lab(_SCENE), tmp_path, *_HOSTS)
    assert {(row["address"], int(row["port"])) for row in outcome.rows} == {
        (host, port) for host in _THERE for port in discovery_ports()
    }
    assert scan["silent_hosts"] == _SILENT
    (own,) = [row for row in outcome.rows if row["state"] == "unreachable"]
    assert (own["address"], own["port"], own["icmp_from"]) == ("10.7.3.3", "443", "10.7.3.3")


@pytest.mark.slow
def test_a_few_ports_of_the_list_are_asked_first_too(lab, tmp_path):
    """One host answers on just the port that is looked for."""
    outcome, scan = _swept(lab(_SCENE), tmp_path, *_HOSTS, "-p", "5000", "--open")
    assert {(row["address"], row["port"]) for row in outcome.rows} == {("10.7.3.4", "5000"), ("10.7.3.6", "5000")}
    assert scan["silent_hosts"]["count"] == _SILENT["count"] - 1


@pytest.mark.slow
def test_where_nobody_answers_that_is_said_and_is_no_failure(lab, tmp_path):
    outcome, scan = _swept(lab(_SCENE), tmp_path, "10.7.3.16/28", "-p", "1-1000")
    assert (outcome.status, outcome.rows) == (0, [])
    assert "no host answered; 16 silent hosts passed over: 10.7.3.16-31" in outcome.stderr.splitlines()
    assert "none probed" not in outcome.stderr
    assert scan["silent_hosts"] == {"count": 16, "ranges": ["10.7.3.16-10.7.3.31"]}
    assert (scan["timeouts"], scan["unverified"], sum(scan["counts"].values())) == (0, 0, 0)


@pytest.mark.parametrize("retries", ["0", pytest.param("2", marks=pytest.mark.slow)])
def test_a_silent_host_is_asked_on_those_ports_alone_and_nobody_twice(lab, retries):
    hosts, ports = "10.7.3.0-10.7.3.15", "1-100"
    command = ("sweep", hosts, "-p", ports, "--discover", "-r", retries, "-t", "400ms", "--exclude", "10.7.3.6")
    outcome, wire = on_the_wire(lab(_SCENE), *command)
    there = {f"10.7.3.{n}" for n in (1, 2, 3, 5)}
    assert Counter(row["address"] for row in outcome.rows) == dict.fromkeys(there, 100)
    first = len(discovery_ports())
    least = 11 * first * (1 + int(retries)) + 4 * 100
    assert least <= wire.syns
    if retries == "0":  # those of the ten that are not in the list went out before the answer, or did not
        assert wire.syns <= least + 4 * (first - 7) + 120, "sentinels, at most"


@pytest.mark.slow
def test_both_rates_hold_for_what_is_asked_first(lab):
    command = ("sweep", "10.7.3.0-10.7.3.15", "-p", "80", "--discover", "-r", "0", "-t", "400ms", "-q")
    outcome, wire = on_the_wire(lab(_SCENE), *command, "--rate", "80", "--host-rate", "10")
    assert {row["address"] for row in outcome.rows} == _THERE - {"fd00:10::41"}
    assert wire.worst <= 80
    assert wire.worst_host <= 10


@pytest.mark.slow
def test_excluded_hosts_are_neither_asked_nor_silent(lab, tmp_path):
    words = (*_HOSTS, "-p", _PORTS, "--exclude", "10.7.3.0/30,10.7.3.32/27,*:80,fd00:10::/64")
    outcome, scan = _swept(lab(_SCENE), tmp_path, *words)
    assert Counter(row["address"] for row in outcome.rows) == {"10.7.3.5": 21, "10.7.3.6": 21}
    assert scan["silent_hosts"] == {"count": 26, "ranges": ["10.7.3.4", "10.7.3.7-10.7.3.31"]}


@pytest.mark.slow
def test_who_is_not_there_on_an_attached_network_is_passed_over(lab, tmp_path):
    outcome, scan = _swept(lab("attached-small"), tmp_path, "10.99.0.0/25", "-p", "1-100")
    there = ("10.99.0.1", "10.99.0.7", "10.99.0.70", "10.99.0.100")
    assert Counter(row["address"] for row in outcome.rows) == dict.fromkeys(there, 100)
    assert scan["silent_hosts"]["count"] == 122
    assert scan["counts"]["unreachable"] == 0


@pytest.mark.slow
def test_where_there_is_no_route_hosts_were_not_silent(lab, tmp_path):
    outcome, scan = _swept(lab(_SCENE), tmp_path, "192.0.2.0/30", "10.7.3.4", "-p", "80,5000")
    assert Counter(row["state"] for row in outcome.rows) == {"error": 8, "open": 1, "timeout": 1}
    assert scan["silent_hosts"] == {"count": 0, "ranges": []}


@pytest.mark.parametrize("answered", [True, False])
def test_a_stop_leaves_whole_reports_and_nobody_is_silent_who_was_not_heard_out(lab, tmp_path, answered):
    """In the second phase (some are swept, at their rate), and in the first (nobody has answered)."""
    hosts = "10.7.3.1-10.7.3.63" if answered else "10.7.3.16-10.7.3.63"
    command = ("scanner", "sweep", hosts, "-p", "1-1000", "--discover", "-t", "60s")
    with running(lab(_SCENE).scene.name, [*command, "-q", "-o", str(tmp_path / "o.json"), "-f", "csv"]) as process:
        if answered:
            for line in process.stdout:
                if b",refused," in line:
                    break
        else:
            process.stdout.readline()  # the head of the report: probing begins
        process.signal(signal.SIGINT)
        process.stdout.read()
        status, _ = process.wait()
    assert status == 130
    report = json.loads(Path(tmp_path, "o.json.partial").read_text())
    assert report["scan"]["complete"] is False
    assert report["scan"]["silent_hosts"] == {"count": 0, "ranges": []}
    assert {row["address"] for row in report["results"]} <= _THERE
    assert bool(report["results"]) is answered


@pytest.mark.slow
def test_loss_makes_no_host_silent(lab, tmp_path):
    outcome, scan = _swept(lab("loss20"), tmp_path, "10.0.1.0/25", "-p", "1-30")
    assert Counter(row["address"] for row in outcome.rows) == {f"10.0.1.{n}": 30 for n in range(128)}
    assert scan["silent_hosts"]["count"] == 0
    assert {row["state"] for row in outcome.rows} == {"refused"}


@pytest.mark.slow
def test_all_ports_of_hosts_that_answer_are_judged_as_without_asking_first(lab, tmp_path):
    scene = lab(_SCENE)
    outcome, _ = _swept(scene, tmp_path, *_HOSTS, "-p", _PORTS)
    plain = scene.run("scanner", "sweep", *sorted(_THERE), "-p", _PORTS, "-q", "-o", "OUT.csv")

    def verdicts(rows):
        return {(row["address"], row["port"]): (row["state"], row["reason"], row["icmp_from"]) for row in rows}

    assert verdicts(outcome.rows) == verdicts(plain.rows)
