"""Attached networks on a real link: who is not there is told by the kernel, without a packet for each port."""

from collections import Counter

import pytest

from tests.lab.test_rates import on_the_wire

pytestmark = pytest.mark.lab

_LIVE = {"10.99.0.7", "10.99.0.70", "10.99.0.100"}  # of the scene; they refuse, but for one open port


def _told(outcome):
    """How many rows said what: of the live, and of the others."""
    words = ("state", "reason", "icmp_from", "doubt", "attempts", "rtt_ms")
    live = [row for row in outcome.rows if row["address"] in _LIVE]
    rest = [row for row in outcome.rows if row["address"] not in _LIVE | {"10.99.0.1"}]  # that is this host
    return Counter(row["state"] for row in live), Counter(tuple(row[word] for word in words) for row in rest)


def test_no_syn_for_who_is_not_there(lab):
    outcome, wire = on_the_wire(lab("attached-small"), "sweep", "10.99.0.0/25", "-p", "20-29")
    live, rest = _told(outcome)
    assert live == {"refused": 29, "open": 1}
    assert rest == {
        ("unreachable", "host-unreach", "", "", "0", ""): 122 * 9,
        ("unreachable", "host-unreach", "", "", "1", ""): 122,
    }
    assert wire.syns == 30, "to the live ones"


def test_a_typed_timeout_holds_and_says_what_is_not_known_yet(lab):
    outcome = lab("attached-small").run(
        "scanner", "sweep", "10.99.0.0/25", "-p", "22", "-t", "400ms", "-r", "0", "-q", "-o", "OUT.csv"
    )
    live, rest = _told(outcome)
    assert sum(live.values()) == 3
    assert rest == {("timeout", "no-response", "", "neighbour-pending", "1", ""): 122}


@pytest.mark.slow
def test_a_list_waits_for_the_kernels_word_as_a_sweep_does(lab):
    outcome = lab("attached-small").run(
        "scanner", "scan", "10.99.0.70:22", "10.99.0.71:22,80", "-r", "0", "-q", "-o", "OUT.csv", "--expect", "any"
    )
    live, rest = _told(outcome)
    assert live == {"refused": 1}
    assert set(rest) == {("unreachable", "host-unreach", "", "", attempts, "") for attempts in "01"}
