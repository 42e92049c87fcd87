"""Where on the way it stops: `scanner trace` and `--explain` over three routers, IPv4 and IPv6, without root."""

import json

import pytest

from tests.lab.scene import hop_address

pytestmark = pytest.mark.lab

_TARGET = {4: "10.0.0.1", 6: "fd00:10::1"}
_VERSIONS = pytest.mark.parametrize("version", [4, 6])


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
    """The addresses of the first hops, in their order."""
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


@_VERSIONS
def test_a_silence_is_told_by_the_last_hop_that_answered(lab, version):
    traces = _trace(lab, "chain", version, 101, 102, 103)
    for hop, port in enumerate((101, 102, 103), start=1):
        end = traces[port]["end"]
        assert _way(traces[port], hop) == _routers(version, hop)
        assert (end["state"], end["reason"], end["hop"]) == ("timeout", "no-response", hop)


@_VERSIONS
@pytest.mark.parametrize(("hop", "port"), [(1, 145), (2, 245), (3, 345)])
def test_a_reject_is_told_with_its_sender(lab, version, hop, port):
    end = _trace(lab, "chain", version, port)[port]["end"]
    told = (end["state"], end["reason"], end["icmp_from"])
    assert told == ("unreachable", "port-unreach", hop_address(hop, version))


@_VERSIONS
def test_a_hop_that_says_nothing_leaves_a_gap(lab, version):
    traces = _trace(lab, "chain-hush", version, 100, 103)
    for trace in traces.values():
        first, _, third = _routers(version)
        assert _way(trace, 3) == [first, None, third]
    assert (traces[100]["end"]["state"], traces[103]["end"]["state"]) == ("open", "timeout")


def test_explain_groups_what_is_blocked_by_where_it_stops(lab, tmp_path):
    report = tmp_path / "report.json"
    sweep = ["scanner", "sweep", "10.0.0.1", "-p", "9,101,102,141-149,242-244", "-t", "300ms", "--explain"]
    outcome = lab("chain").run(*sweep, "-o", str(report))
    assert outcome.status == 0, outcome.stderr
    assert outcome.stdout.splitlines()[-5:] == [
        "Where it stops:",
        "9 targets: rejected by 172.31.1.2 (hop 1), port-unreach",
        "3 targets: rejected by 172.31.2.2 (hop 2), port-unreach",
        "1 target: silent after 172.31.1.2 (hop 1)",
        "1 target: silent after 172.31.2.2 (hop 2)",
    ]
    explained = json.loads(report.read_text())["scan"]["explain"]
    assert explained["complete"]
    assert [(group["targets"], group["address"], group["hop"]) for group in explained["groups"]] == [
        (9, "172.31.1.2", 1), (3, "172.31.2.2", 2), (1, "172.31.1.2", 1), (1, "172.31.2.2", 2),
    ]  # fmt: skip
    assert "firewall" not in outcome.stdout


def test_rate_limited_routers_make_no_answering_port_silent(lab):
    traces = _trace(lab, "chain-limited", 4, *range(1, 23), 101, 102)
    for port in range(1, 23):
        assert traces[port]["end"]["state"] == ("open" if port == 22 else "refused")
    for port in (101, 102):
        assert traces[port]["end"]["state"] in ("unreachable", "timeout")
