"""Who says no, and in which words: each ICMP answer from hosts and routers, IPv4 and IPv6, without root."""

import pytest

from tests.lab.scene import Oracle

pytestmark = pytest.mark.lab


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", ["icmp", "chain", "loop"])
def test_each_icmp_answer_with_its_sender(lab, name):
    lab(name).sweep("-t", "500ms")


@pytest.mark.parametrize("poller", ["poll", "select"])
def test_the_plain_pollers_tell_as_much(lab, poller):
    lab("icmp").sweep("-t", "500ms", "--poller", poller)


_LIMITED = """
import functools, sys
from scanner.scanning import local_probing
local_probing.Kernel = functools.partial(local_probing.Kernel, limited=True)
from scanner.cli import main
sys.exit(main())
"""


def test_a_kernel_that_tells_less_tells_the_same_states(lab):
    """As on other systems: no TCP_INFO, no error queue. There, a port-unreachable looks like a closed port."""
    scene = lab("icmp")
    words = ["sweep", *scene.scene.hosts, "-p", scene.scene.ports, "-t", "500ms", "-q", "-o", "OUT.csv"]
    outcome = scene.run("python", "-c", _LIMITED, *words)
    assert outcome.status == 0, outcome.stderr
    oracle = Oracle(scene.scene)
    rows = {(row["address"], int(row["port"])): row for row in outcome.rows}
    assert set(rows) == set(scene.scene.targets())
    for target, row in rows.items():
        truth = oracle.truth(*target)
        state = "refused" if truth.reason == "port-unreach" else truth.state
        assert (row["state"], row["icmp_from"], row["lost_syns"]) == (state, "", "0"), target


def test_lost_syns_are_counted(lab):
    """Two SYNs to port 22 are lost: the kernel itself repeats them, and they do not count in the round trip."""
    outcome = lab("stubborn").run("scanner", "scan", "-v", "10.0.0.1:22", "[fd00:10::1]:22,23", "-o", "OUT.csv")
    assert outcome.stdout.count("open after 2 lost SYNs") == 2
    told = {(row["state"], row["attempts"], row["lost_syns"]) for row in outcome.rows}
    assert told == {("open", "1", "2"), ("refused", "1", "0")}
    assert all(float(row["rtt_ms"]) < 500 for row in outcome.rows)


def test_rate_limited_routers_cause_no_wrong_answer(lab):
    """Swallowed rejects may look like silence; but what answers is never taken for blocked, nor the reverse."""
    lab("chain-limited").sweep("-t", "500ms")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fickle", "flapping"])
def test_a_no_that_passes_is_asked_again(lab, name):
    """What refuses is refused in the end, whoever said no in between; and the report says so."""
    outcome = lab(name).sweep("--rate", "500")
    told = {(row["doubt"], int(row["attempts"]) > 1) for row in outcome.rows}
    assert told == {("", False), ("flipped", True)}


def test_a_no_that_stays_is_no_doubt(lab):
    outcome = lab("icmp").sweep("-t", "500ms", "-r", "2")
    told = {(row["doubt"], row["attempts"]) for row in outcome.rows if row["state"] == "unreachable"}
    assert told == {("", "3")}


@pytest.mark.slow
def test_expectations_tell_a_reject_from_a_closed_port(lab, tmp_path):
    (tmp_path / "targets.yaml").write_text(
        "targets:\n"
        "  - {name: closed, host: 10.0.0.1, port: 5, expect: refused}\n"
        "  - {name: rejected, host: 10.0.0.1, port: 145, expect: unreachable}\n"
        "  - {name: not closed, host: 10.0.0.1, port: 146, expect: refused}\n"
    )
    outcome = lab("icmp").run("scanner", "scan", str(tmp_path / "targets.yaml"), "-q", "-o", "OUT.csv")
    assert outcome.status == 1, outcome.stderr
    told = {row["name"]: (row["state"], row["reason"], row["icmp_from"], row["met"]) for row in outcome.rows}
    assert told == {
        "closed": ("refused", "conn-refused", "", "true"),
        "rejected": ("unreachable", "port-unreach", "10.0.0.1", "true"),
        "not closed": ("unreachable", "port-unreach", "10.0.0.1", "false"),
    }
