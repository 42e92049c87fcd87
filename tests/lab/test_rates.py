"""The rates on a real wire: SYNs in any second, including the kernel's repeats, by the kernel's own time stamps.

Every case takes seconds; the long ones are played on the fake kernel (tests/engine/test_ledger.py).
"""

import sys

import pytest

from tests.lab.syns import Wire

pytestmark = pytest.mark.lab
_SLOW = pytest.mark.slow

#: Nothing is explained where no report tells of it.
_EXPLAINED = ("--explain", "-f", "md")
_WATCHED = (sys.executable, "-m", "tests.lab.syns", "scanner")


def on_the_wire(scene, *command):
    """The outcome of a scan, and what was seen on the wire."""
    outcome = scene.run(*_WATCHED, *command, "-q", "-o", "OUT.csv", patience=120, as_root=True)
    assert outcome.status in (0, 1), outcome.stderr
    return outcome, Wire.told(outcome.stderr)


@pytest.mark.slow
def test_repeated_syns_are_there_to_be_seen(lab):
    """Without a rate they are there; otherwise the tests below would prove nothing."""
    _, wire = on_the_wire(lab("silent"), "scan", "10.0.0.1:1-50", "-r", "0", "-t", "2500ms")
    assert wire.syns == 150


@pytest.mark.parametrize(("rate", "command", "syns"), [
    pytest.param(250, ("sweep", "10.7.0.0/22", "-p", "80"), 2048, marks=_SLOW),
    pytest.param(50, ("sweep", "10.7.0.0-10.7.0.120", "-p", "80", "-t", "300ms", "-r", "2"), 363, marks=_SLOW),
    pytest.param(40, ("scan", "10.7.0.0:80", "10.7.0.1:80", "10.7.0.2-10.7.0.41:80"), 336, marks=_SLOW),
    pytest.param(40, ("scan", "10.7.0.2-10.7.0.61:80", "-r", "0", "-t", "2500ms"), 180, marks=_SLOW),
])  # fmt: skip
def test_silence_takes_no_more_than_the_rate(lab, rate, command, syns):
    outcome, wire = on_the_wire(lab("half"), *command, "--rate", str(rate))
    assert {row["state"] for row in outcome.rows} == {"timeout"}
    assert wire.worst <= rate
    assert len(outcome.rows) <= wire.syns <= 1.05 * syns, "more repeats than were waited for"


@pytest.mark.slow
def test_a_silent_host_is_spared(lab):
    _, wire = on_the_wire(lab("silent"), "sweep", "10.0.0.1", "-p", "1-20", "--host-rate", "5")
    assert (wire.syns, wire.worst_host) == (40, 5)


@pytest.mark.slow
def test_both_rates_at_once_answers_and_silence_mixed(lab):
    ports = "20-29,80,100-119,443"
    outcome, wire = on_the_wire(
        lab("basic"), "sweep", "10.0.0.4-10.0.0.7", "-p", ports, "--rate", "60", "--host-rate", "20", "--canary"
    )
    assert {row["state"] for row in outcome.rows} == {"open", "refused", "timeout"}
    assert wire.worst <= 60
    assert wire.worst_host <= 20


@pytest.mark.slow
def test_what_explains_keeps_the_rates(lab):
    """Where no rate is given, a trace's sockets listen for as long as it takes."""
    command = ("scan", "10.0.0.1:100-103", "10.0.0.1:140", "-t", "300ms", *_EXPLAINED)
    outcome, wire = on_the_wire(lab("chain"), *command, "--rate", "40", "--host-rate", "20")
    assert "Where it stops:" in outcome.stdout
    assert wire.syns > 5, "each target is asked, and traced"
    assert wire.worst <= 40
    assert wire.worst_host <= 20, outcome.stdout


@pytest.mark.slow
def test_what_asks_for_witnesses_keeps_the_rates(lab):
    """One silent port of a host of which nothing answers: three more are asked, and each of them repeated."""
    command = ("scan", "10.0.0.2:9", "-t", "300ms", *_EXPLAINED)
    outcome, wire = on_the_wire(lab("witnesses"), *command, "--rate", "4", "--host-rate", "3")
    assert {9, 22, 80, 443} == set(wire.ports)
    assert "asked 22, 80, 443 as well" in outcome.stdout
    assert wire.worst <= 4
    assert wire.worst_host <= 3
