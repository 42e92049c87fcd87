"""Who else answers where targets are silent: `--explain` on networks with known answers, and what leaves this host."""

import json
import signal
import subprocess
import sys

import pytest

from tests.cli.process import wait_for
from tests.lab.run import Running
from tests.lab.scenes import SCENES
from tests.lab.syns import Wire

pytestmark = [pytest.mark.lab, pytest.mark.slow]  # silence takes its time

_QUICKLY = ("-t", "300ms", "--explain")


def explained(scene, report, *command, status=1):
    """What is told of the silent hosts by their addresses, and the outcome."""
    outcome = scene.run("scanner", *command, *_QUICKLY, "-o", str(report))
    assert outcome.status == status, outcome.stderr
    witnesses = json.loads(report.read_text())["scan"]["explain"]["witnesses"]
    return {each["address"]: each for each in witnesses}, outcome


def told(outcome):
    """The lines below the heading."""
    return outcome.stdout.partition("Silent targets:\n")[2].splitlines()


@pytest.mark.parametrize("net", ["10.0.0.", "fd00:10::"])
def test_each_silence_is_told_apart(lab, tmp_path, net):
    hosts = [f"{net}{n}" for n in (1, 2, 3)]
    targets = [f"{host}:443" if net[-1] == "." else f"[{host}]:443" for host in hosts]
    found, outcome = explained(lab("witnesses"), tmp_path / "a.json", "scan", *targets)
    assert [found[host]["witness"] for host in hosts] == ["answers", "nothing", "answers"]
    assert {found[host]["port"] for host in hosts} <= {22, 80, 445, None}
    assert found[hosts[1]]["asked"] == [22, 80, 445]
    assert "asking 3 silent hosts a few usual ports: 22, 80, 445" in outcome.stderr
    lines = told(outcome)
    assert f"{hosts[1]}  nothing of this host answers (asked 22, 80, 445 as well)" in lines
    assert any(line.startswith(targets[0]) and "host answers (" in line for line in lines) or "hosts answer" in lines[0]


def test_the_scans_own_rows_come_first(lab, tmp_path):
    found, outcome = explained(lab("witnesses"), tmp_path / "a.json", "scan", "10.0.0.1:80,443", "--expect", "any",
                               status=0)  # fmt: skip
    assert told(outcome) == ["10.0.0.1:443  host answers (80 refused): only this port is silent"]
    assert found["10.0.0.1"]["asked"] == []
    assert "asking" not in outcome.stderr


def test_a_hole_in_an_attached_network(lab, tmp_path):
    """The scan itself ends before the kernel knows that nobody is there: who asks once more finds out."""
    words = ("scan", "10.99.0.10:9", "10.99.0.11:9", "-r", "0", "--expect", "refused")
    found, outcome = explained(lab("office"), tmp_path / "a.json", *words)
    assert {address: each["witness"] for address, each in found.items()} == {"10.99.0.10": "no-neighbour"}
    assert told(outcome) == ["10.99.0.10  no neighbour with that address"]


def test_what_this_hosts_own_firewall_rejects_is_no_hole(lab, tmp_path):
    """Neither a neighbour that was met before, nor one that no packet was ever let out to."""
    chain = "add table inet own; add chain inet own o { type filter hook output priority 0; }; "
    rule = "add rule inet own o ip daddr 10.99.0.0/24 tcp dport 9 reject with icmp type host-unreachable"
    report, live = tmp_path / "a.json", SCENES["office"].live
    scan = (sys.executable, "-m", "scanner", "scan", f"{live[0]}:9-10", f"{live[1]}:9", *_QUICKLY, "-o", str(report))
    words = ("bash", "-c", 'nft "$0" && exec "$@"', chain + rule, *scan)
    outcome = lab("office").run(*words, as_root=True)
    assert outcome.status == 1, outcome.stderr
    assert outcome.stdout.count("host-unreach") >= 2, outcome.stdout
    assert json.loads(report.read_text())["scan"]["explain"]["witnesses"] == []


def test_one_open_port_alone_does_not_speak_for_a_host(lab, tmp_path):
    found, outcome = explained(lab("witnesses"), tmp_path / "a.json", "scan", "10.0.9.5:9")
    assert [each["witness"] for each in found.values()] == ["one-open-port"]
    assert told(outcome)[0].startswith("10.0.9.5:9  80 is open, nothing else that was asked has answered")


@pytest.mark.parametrize("ports", ["9", "9,80"])
def test_a_port_that_a_box_answers_for_every_address_is_no_witness(lab, tmp_path, ports):
    """Whether the scan itself met with it, or who asked for witnesses."""
    words = ("sweep", "10.0.9.0/24", "-p", ports)
    found, _ = explained(lab("witnesses"), tmp_path / "a.json", *words, status=0)
    assert len(found) > 250
    assert {each["witness"] for each in found.values()} == {"nothing"}


def wire_of(scene, *command):
    watched = (sys.executable, "-m", "tests.lab.syns", "scanner")
    outcome = scene.run(*watched, *command, *_QUICKLY, "-q", "-o", "OUT.csv", "-f", "md", as_root=True)
    assert outcome.status == 1, outcome.stderr
    return Wire.told(outcome.stderr)


def test_excludes_hold_for_what_is_asked_besides(lab):
    excludes = ("--exclude", "*:22", "--exclude", "10.0.0.2:80,445")
    assert wire_of(lab("witnesses"), "scan", "10.0.0.2:9", *excludes).ports == [9, 443, 3389]
    everything = ("--exclude", "10.0.0.0/24:1-8,10-65535")
    assert wire_of(lab("witnesses"), "scan", "10.0.0.2:9", *everything).ports == [9]


def test_excludes_hold_for_the_canaries_of_what_is_asked_besides(lab):
    """Port 80 turns out to be open there."""
    words = ("scan", "10.0.0.3:443", "--exclude", "*:22", "--canary")
    assert max(wire_of(lab("witnesses"), *words).ports) >= 49_152
    assert wire_of(lab("witnesses"), *words, "--exclude", "10.0.0.3:49152-65535").ports == [80, 443, 445, 3389]


def test_ctrl_c_while_it_asks_leaves_whole_reports(tmp_path, lab):
    report, said = tmp_path / "a.json", tmp_path / "stderr"
    command = ["scanner", "scan", "10.0.0.2:9", "-r", "0", *_QUICKLY, "-o", str(report)]
    with said.open("wb") as stderr:
        process = Running(lab("witnesses").scene.name, command, subprocess.DEVNULL, stderr, 60)
        try:
            wait_for(said, "asking 1 silent host")
            process.signal(signal.SIGINT)
            status, _ = process.wait()
        finally:
            process.end()
    assert status == 130
    scan = json.loads(report.read_text())["scan"]
    assert (scan["complete"], scan["explain"]["complete"]) == (True, False)
    assert [each["witness"] for each in scan["explain"]["witnesses"]] == ["unknown"]
