"""Where on the way a connection stops: `scanner trace` and `--explain` over three routers, both families, no root."""

import json

import pytest

from tests.lab.scene import hop_address

pytestmark = pytest.mark.lab

_TARGET = {4: "10.0.0.1", 6: "fd00:10::1"}
_VERSIONS = pytest.mark.parametrize("version", [4, 6])
_QUICK_VERSION = pytest.mark.parametrize("version", [4, pytest.param(6, marks=pytest.mark.slow)])


def _trace(lab, scene, version, *ports):
    host = _TARGET[version] if version == 4 else f"[{_TARGET[version]}]"
    outcome = lab(scene).run("scanner", "trace", "-n", "-f", "json", *(f"{host}:{port}" for port in ports))
    assert outcome.status in (0, 1), outcome.stderr
    report = json.loads(outcome.stdout)
    assert report["schema"] == "scanner-trace/1"
    traces = {trace["port"]: trace for trace in report["traces"]}
    assert sorted(traces) == sorted(ports)
    return traces


def _way(trace, hops):
    """The addresses of the first `hops` hops, in order."""
    by_number = {hop["hop"]: hop["address"] for hop in trace["hops"]}
    return [by_number.get(number) for number in range(1, hops + 1)]


def _routers(version, hops=3):
    return [hop_address(hop, version) for hop in range(1, hops + 1)]


@_VERSIONS
def test_a_target_that_is_reached(lab, version):
    traces = _trace(lab, "chain", version, 100, 9)
    for trace, state, reason in ((traces[100], "open", "syn-ack"), (traces[9], "refused", "conn-refused")):
        assert _way(trace, 3) == _routers(version)
        assert (trace["end"]["state"], trace["end"]["hop"]) == (state, 4)
        assert trace["end"]["reason"].startswith(reason)


@pytest.mark.slow
@_QUICK_VERSION
def test_a_silence_is_told_by_the_last_hop_that_answered(lab, version):
    traces = _trace(lab, "chain", version, 101, 102, 103)
    for hop, port in enumerate((101, 102, 103), start=1):
        end = traces[port]["end"]
        assert _way(traces[port], hop) == _routers(version, hop)
        assert (end["state"], end["reason"], end["hop"]) == ("timeout", "no-response", hop)


@pytest.mark.thinned(5)
@_VERSIONS
@pytest.mark.parametrize(("hop", "port"), [(1, 145), (2, 245), (3, 345)])
def test_a_reject_is_told_with_its_sender(lab, version, hop, port):
    end = _trace(lab, "chain", version, port)[port]["end"]
    told = (end["state"], end["reason"], end["icmp_from"])
    assert told == ("unreachable", "port-unreach", hop_address(hop, version))


@pytest.mark.slow
@_QUICK_VERSION
def test_a_hop_that_says_nothing_leaves_a_gap(lab, version):
    traces = _trace(lab, "chain-hush", version, 100, 103)
    for trace in traces.values():
        first, _, third = _routers(version)
        assert _way(trace, 3) == [first, None, third]
    assert (traces[100]["end"]["state"], traces[103]["end"]["state"]) == ("open", "timeout")


@pytest.mark.slow
def test_explain_groups_what_is_blocked_by_where_it_stops(lab, tmp_path):
    report = tmp_path / "report.json"
    sweep = ["scanner", "sweep", "10.0.0.1", "-p", "9,101,102,141-149,242-244", "-t", "300ms", "--explain"]
    outcome = lab("chain").run(*sweep, "-o", str(report))
    assert outcome.status == 0, outcome.stderr
    assert outcome.stdout.splitlines()[-7:] == [
        "Where it stops:",
        "A  9 targets: rejected by 172.31.1.2 (hop 1), port-unreach; 10.0.0.1:141-149",
        "B  3 targets: rejected by 172.31.2.2 (hop 2), port-unreach; 10.0.0.1:242-244",
        "C  1 target: silent after 172.31.1.2 (hop 1); 10.0.0.1:101",
        "D  1 target: silent after 172.31.2.2 (hop 2); 10.0.0.1:102",
        "Silent targets:",
        "10.0.0.1:101-102  host answers (9 refused): these ports are silent",
    ]
    whole = json.loads(report.read_text())
    explained, by_row = whole["scan"]["explain"], whole["scan"]["explain"]["by_row"]
    assert explained["complete"]
    rows = [row for row in whole["results"] if "group" in row]
    silent = {row["port"]: by_row.get(f"{row['address']}:{row['port']}") for row in rows if row["state"] == "timeout"}
    joined = {row["port"]: silent.get(row["port"]) or by_row[row["group"]] for row in rows}
    first, second = dict.fromkeys(range(141, 150), "A"), dict.fromkeys(range(242, 245), "B")
    assert joined == {**first, **second, 101: "C", 102: "D"}
    assert [(group["targets"], group["address"], group["hop"]) for group in explained["groups"]] == [
        (9, "172.31.1.2", 1), (3, "172.31.2.2", 2), (1, "172.31.1.2", 1), (1, "172.31.2.2", 2),
    ]  # fmt: skip
    assert "firewall" not in outcome.stdout


@pytest.mark.slow
def test_rate_limited_routers_make_no_answering_port_silent(lab):
    traces = _trace(lab, "chain-limited", 4, *range(1, 23), 101, 102)
    for port in range(1, 23):
        assert traces[port]["end"]["state"] == ("open" if port == 22 else "refused")
    for port in (101, 102):
        assert traces[port]["end"]["state"] in ("unreachable", "timeout")


# Routers that do not do what they should: whatever is claimed must have no other explanation


def _one(lab, scene, port, address="10.0.0.1"):
    outcome = lab(scene).run("scanner", "trace", "-n", "-f", "json", f"{address}:{port}")
    (trace,) = json.loads(outcome.stdout)["traces"]
    end = trace["end"]
    return [hop["address"] for hop in trace["hops"]], (end["state"], end["reason"], end["icmp_from"], end["hop"])


@pytest.mark.slow
def test_a_reject_where_a_hop_should_expire_is_no_end(lab):
    way, end = _one(lab, "odd-expiry", 103)
    assert (way, end) == (_routers(4), ("timeout", "no-response", None, 3))
    way, end = _one(lab, "odd-expiry", 100)
    assert (way[:3], end) == (_routers(4), ("open", "syn-ack", None, 4))


@pytest.mark.parametrize(("port", "state", "hop"), [(100, "open", 4), (9, "refused", 4), (103, "timeout", 3)])
@pytest.mark.slow
def test_a_reset_in_the_targets_name_is_no_end(lab, port, state, hop):
    way, end = _one(lab, "odd-reset", port)
    assert (end[0], end[3]) == (state, hop)
    assert way[1] is None
    assert way[2] == hop_address(3, 4)


@pytest.mark.parametrize(
    ("scene", "port", "address", "sender", "way"),
    [
        ("odd-sender", 245, "10.0.0.1", "172.31.99.2", _routers(4, 2)),
        pytest.param("odd-ingress", 345, "10.0.0.1", hop_address(3, 4), _routers(4, 1), marks=pytest.mark.slow),
        ("odd-forward", 145, "10.77.0.1", "10.77.0.1", [hop_address(1, 4), "10.77.0.1"]),
    ],
)
def test_a_reject_has_a_place_only_where_one_fits(lab, scene, port, address, sender, way):
    """Of the routers before it those are shown that answered; no hop is made up for the sender."""
    assert _one(lab, scene, port, address) == (way, ("unreachable", "admin-prohibited", sender, None))


@pytest.mark.slow
def test_ways_of_unequal_length_are_no_circle(lab):
    """Whichever way each limit's probe went: the third router answers last, and after it there is silence."""
    way, end = _one(lab, "odd-ways", 103)
    assert way[-1] == hop_address(3, 4)
    assert end == ("timeout", "no-response", None, len(way))
    way, end = _one(lab, "odd-ways", 100)
    assert (end[0], way[-1]) == ("open", "10.0.0.1")


def test_a_router_that_all_packets_end_at_is_shown_once(lab, tmp_path):
    way, end = _one(lab, "odd-limit", 100)
    assert (way, end) == (_routers(4), ("unreachable", "time-exceeded", hop_address(3, 4), 3))
    sweep = ["scanner", "sweep", "10.0.0.1", "-p", "100", "-t", "300ms", "--explain"]
    assert "expired at 172.31.3.2 (hop 3), time-exceeded" in lab("odd-limit").run(*sweep).stdout


_BEHIND_A_GATEWAY = """
import os, subprocess, sys
for line in ("addr add 10.200.0.1/8 dev farward", "route replace 10.0.0.0/24 via 172.31.1.2 src 172.31.1.1"):
    subprocess.run(["ip", *line.split()], check=True)
os.execv(sys.executable, [sys.executable, "-m", "scanner", *sys.argv[1:]])
"""


@pytest.mark.slow
def test_a_gateway_inside_an_attached_network_is_no_neighbour(lab):
    """The longest prefix decides: every hop is asked, although the second says nothing."""
    trace = ["trace", "-n", "-f", "json", "10.0.0.1:103"]
    outcome = lab("chain-hush").run("python", "-c", _BEHIND_A_GATEWAY, *trace, as_root=True)
    (trace,) = json.loads(outcome.stdout)["traces"]
    assert (trace["end"]["state"], trace["end"]["hop"]) == ("timeout", 3), outcome.stderr


# Routers that answer only so many probes


@pytest.mark.slow
def test_explain_fits_the_budget_of_routers(lab):
    sweep = ["scanner", "sweep", "10.0.9.0/26", "-p", "103", "-t", "300ms", "-r", "0", "--explain"]
    assert "64 targets: silent after 172.31.3.2 (hop 3)" in lab("limited").run(*sweep).stdout


@pytest.mark.slow
def test_explain_fits_the_budget_over_many_networks(lab):
    sweep = ["scanner", "sweep", "10.0.0.0/20", "-p", "103", "-t", "300ms", "-r", "0", "--explain"]
    assert "4,096 targets: silent after 172.31.3.2 (hop 3) (16 of them traced)" in lab("limited").run(*sweep).stdout


@pytest.mark.slow
def test_many_targets_of_a_few_networks_and_no_hop_is_called_silent(lab):
    words = ["10.0.0.0/24:103", "10.0.1.0-44:103", "10.0.2.1-20:100", "10.0.3.1-20:9"]
    outcome = lab("limited").run("scanner", "trace", "-n", "-f", "json", *words)
    ends = [(trace["end"]["state"], trace["end"]["hop"]) for trace in json.loads(outcome.stdout)["traces"]]
    assert ends == [("timeout", 3)] * 301 + [("open", 4)] * 20 + [("refused", 4)] * 20
