"""The scanner on networks that lose nothing: every verdict of every target, IPv4 and IPv6."""

import csv
import io
import signal

import pytest

from tests.lab.check import mismatches
from tests.lab.run import running
from tests.lab.scene import spans
from tests.lab.scenes import SCENES

pytestmark = pytest.mark.lab

_QUICK = ("-t", "300ms")


@pytest.mark.thinned(3)
@pytest.mark.parametrize("poller", ["epoll", "poll", "select"])
def test_open_refused_and_silent(lab, poller):
    lab("basic").sweep(*_QUICK, "--poller", poller)


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", ["attached-small", "full", "cold", "everything"])
def test_verdicts(lab, name):
    lab(name).sweep()


@pytest.mark.slow
def test_slow_answers_are_answers_and_their_times_are_told(lab):
    outcome = lab("slow").sweep()
    assert all(float(row["rtt_ms"]) >= 850 for row in outcome.rows if row["state"] in ("open", "refused"))


def test_no_retry_is_exactly_one_attempt(lab):
    outcome = lab("silent").sweep("-t", "1s", "-r", "0")
    assert {row["attempts"] for row in outcome.rows} == {"1"}


def test_a_silent_target_is_tried_again(lab):
    outcome = lab("silent").sweep(*_QUICK, "-r", "2")
    assert all(int(row["attempts"]) >= 3 for row in outcome.rows)


@pytest.mark.slow
def test_every_port_of_a_host_is_refused_and_none_is_a_phantom(lab):
    lab("one").sweep(patience=120)


def test_own_ports_are_never_open_by_meeting_themselves(lab):
    """A sweep of a local address picks, about once, the very port it is probing as its source. The kernel takes source
    ports from ip_local_port_range, which is this range in a new namespace."""
    scene = lab("one")
    ports = range(32768, 61000)
    words = ("127.0.0.1", "::1", "-p", f"{ports[0]}-{ports[-1]}", "-q", "-o", "OUT.csv")
    outcome = scene.run("scanner", "sweep", *words, patience=120)
    scene.hold(outcome, [(address, port) for address in ("127.0.0.1", "::1") for port in ports])


def test_sixty_four_descriptors_are_slower_with_the_same_answers(lab):
    scene = lab("everything")
    sweep = ["sweep", *scene.scene.hosts, "-p", scene.scene.ports, "-q", "-o", "OUT.csv"]
    outcome = scene.run("sh", "-c", 'ulimit -n 64; exec "$@"', "-", "python", "-m", "scanner", *sweep)
    assert outcome.status == 0, outcome.stderr
    scene.hold(outcome)


@pytest.mark.parametrize("options", [(), ("--discover",)])
def test_a_whole_class_a_network_starts_at_once_in_little_memory(lab, options):
    """16 million targets are never in memory; after a stop, the rows so far are reported."""
    lab("eight")
    with running("eight", ["scanner", "sweep", "10.0.0.0/8", "-p", "80", "-f", "csv", *options]) as process:
        head = [process.stdout.readline() for _ in range(2000)]
        assert process.peak_mb() < 80
        process.signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait()[0] == 130
    rows = list(csv.DictReader(io.StringIO((b"".join(head) + rest).decode())))
    assert len(rows) >= 1999
    assert mismatches(SCENES["eight"], rows, [(row["address"], 80) for row in rows]) == []


_FILE = """\
defaults: {timeout: 300ms}
targets:
  - name: web
    host: 10.0.0.4
    ports: [22, 80, 443]
    tags: [prod]
  - name: closed on purpose
    hosts: [10.0.0.5, "fd00:10::5"]
    ports: ["100-119"]
    expect: refused
  - name: behind the firewall
    hosts: [10.0.0.6, 10.0.0.7, "fd00:10::6"]
    ports: ["100-119"]
    expect: blocked
"""


def _listed(extra=()):
    """What _FILE names, as targets."""
    named = [("10.0.0.4", "22,80,443"), ("10.0.0.5", "100-119"), ("fd00:10::5", "100-119"), ("10.0.0.6", "100-119")]
    named += [("10.0.0.7", "100-119"), ("fd00:10::6", "100-119"), *extra]
    return [(host, port) for host, text in named for first, last in spans(text) for port in range(first, last + 1)]


def test_a_target_list_with_its_expectations_met(lab, tmp_path):
    (tmp_path / "targets.yaml").write_text(_FILE)
    scene = lab("basic")
    outcome = scene.run("scanner", "scan", str(tmp_path / "targets.yaml"), "-q", "-o", "OUT.csv")
    assert outcome.status == 0, outcome.stderr
    scene.hold(outcome, _listed())
    assert {row["met"] for row in outcome.rows} == {"true"}


def test_a_target_list_with_one_expectation_not_met(lab, tmp_path):
    wrong = "  - {name: expected open, host: 10.0.0.4, port: 81}\n"
    (tmp_path / "targets.yaml").write_text(_FILE + wrong)
    scene = lab("basic")
    outcome = scene.run("scanner", "scan", str(tmp_path / "targets.yaml"), "-q", "-o", "OUT.csv")
    assert outcome.status == 1, outcome.stderr
    scene.hold(outcome, _listed([("10.0.0.4", "81")]))
    assert [row["name"] for row in outcome.rows if row["met"] == "false"] == ["expected open"]
