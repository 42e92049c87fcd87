"""This host's own ways, in mid-scan: a route, an interface, an address that goes and comes back.

The command takes it away once there are a hundred rows, and restores it when the scanner says that it is missing.
"""

import csv
import io

import pytest

from tests.lab.check import mismatches

pytestmark = pytest.mark.lab

#: Shell commands that set up, take away and restore; then the scanner's words. Its output is passed on.
_IN_BETWEEN = """
import subprocess, sys
set_up, away, back, *words = sys.argv[1:]
subprocess.run(set_up, shell=True, check=True)
command = [sys.executable, "-m", "scanner", *words]
scan = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
rows = [scan.stdout.readline() for _ in range(100)]
subprocess.run(away, shell=True, check=True)
warning = scan.stderr.readline()
subprocess.run(back, shell=True, check=True)
sys.stdout.write("".join(rows) + scan.stdout.read())
sys.stderr.write(warning + scan.stderr.read())
sys.exit(scan.wait())
"""

_SET_UP = """
import os, subprocess, sys
set_up, *words = sys.argv[1:]
subprocess.run(set_up, shell=True, check=True)
os.execv(sys.executable, [sys.executable, "-m", "scanner", *words])
"""

_ROUTE4 = "ip route add 10.0.0.0/8 via 172.31.1.2"
_ROUTE6 = "ip -6 route add fd00:10::/32 via fd00:ff:1::2"
_ADDRESS4 = "ip addr add 172.31.1.1/30 dev farward"
_ADDRESS6 = "ip addr add fd00:ff:1::1/64 dev farward nodad"

#: What goes, how it goes, how it comes back, the warning.
_LOSSES = [
    ("10.0.0.1", "ip route del 10.0.0.0/8", _ROUTE4, "the route to 10.0.0.0/8 was lost"),
    ("fd00:10::1", "ip -6 route del fd00:10::/32", _ROUTE6, "the route to fd00:10::/32 was lost"),
    (
        "10.0.0.1",
        "ip link set farward down",
        f"ip link set farward up; {_ROUTE4}",
        "the route to 10.0.0.0/8 was lost",
    ),
    (
        "10.0.0.1",
        "ip addr del 172.31.1.1/30 dev farward; ip route add 172.31.1.0/30 dev farward; " + _ROUTE4,
        _ADDRESS4,
        "",  # the route goes along with it, for a moment
    ),
    *(
        ("10.0.0.1", f"ip route add {kind} 10.0.0.0/9", f"ip route del {kind} 10.0.0.0/9", "the route to 10.0.0.0/8")
        for kind in ("blackhole", "prohibit", "unreachable")
    ),
    (
        "fd00:10::1",
        "ip -6 route add blackhole fd00:10::/48",
        "ip -6 route del blackhole fd00:10::/48",
        "the route to fd00:10::/32",
    ),
]


@pytest.mark.parametrize(
    ("host", "away", "back", "warning"),
    [pytest.param(*loss, marks=pytest.mark.slow if at % 8 else ()) for at, loss in enumerate(_LOSSES)],
)
@pytest.mark.parametrize("retries", ["0", pytest.param("1", marks=pytest.mark.slow)])
def test_what_is_lost_in_mid_scan_is_awaited(lab, host, away, back, warning, retries):
    """All ports refuse, and are reported so, at their first attempt and without a doubt.

    What was on its way at that moment may be lost, and `-r 0` has only one attempt.
    """
    scene = lab("one")
    sweep = ["sweep", host, "-p", "1-1000", "--rate", "500", "-r", retries, "-q", "-f", "csv"]
    outcome = scene.run("python", "-c", _IN_BETWEEN, "true", away, back, *sweep, as_root=True)
    assert outcome.status == 0, outcome.stderr
    rows = list(csv.DictReader(io.StringIO(outcome.stdout)))
    assert sorted(int(row["port"]) for row in rows) == list(range(1, 1001))
    answered = [row for row in rows if retries == "1" or row["state"] != "timeout"]
    assert len(rows) - len(answered) <= 2
    assert mismatches(scene.scene, answered, [(host, int(row["port"])) for row in answered]) == []
    assert {row["doubt"] for row in answered} <= {"", "flipped"}
    assert sum(row["attempts"] != "1" for row in rows) <= 20, "what was in flight when it went"
    assert warning in outcome.stderr


@pytest.mark.slow
def test_a_route_of_another_table_is_awaited_too(lab):
    """As VPNs do it: /proc/net/route does not show it. Each host there is asked for the first time."""
    scene = lab("one")
    set_up = "ip route del 10.0.0.0/8; ip route add default via 172.31.1.2 table 51820; ip rule add table 51820"
    away, back = "ip route del default table 51820", "ip route add default via 172.31.1.2 table 51820"
    sweep = ["sweep", "10.0.0.0/22", "-p", "9", "--rate", "250", "-q", "-f", "csv"]
    outcome = scene.run("python", "-c", _IN_BETWEEN, set_up, away, back, *sweep, as_root=True)
    rows = list(csv.DictReader(io.StringIO(outcome.stdout)))
    assert len(rows) == 1024
    assert sum(row["state"] == "refused" for row in rows) >= 1000, outcome.stderr
    assert " was lost at " in outcome.stderr


_FORBIDDEN = "nft 'add table inet f; add chain inet f o { type filter hook output priority 0; }'; "


@pytest.mark.parametrize("rule", [pytest.param("drop", marks=pytest.mark.slow), "reject with icmpx admin-prohibited"])
def test_what_this_hosts_own_firewall_forbids_is_no_lost_route(lab, rule):
    scene = lab("one")
    away = _FORBIDDEN + f"nft 'add rule inet f o tcp dport 500-1000 {rule}'"
    sweep = ["sweep", "10.0.0.1", "-p", "1-1000", "--rate", "500", "-t", "1s", "-q", "-f", "csv"]
    outcome = scene.run("python", "-c", _SET_UP, away, *sweep, as_root=True)
    assert len(outcome.stdout.splitlines()) == 1001, outcome.stderr
    assert " was lost at " not in outcome.stderr


@pytest.mark.parametrize(("command", "address", "target"), [
    ("scan", "172.31.1.1/30", "10.0.0.1"),
    pytest.param("scan", "fd00:ff:1::1/64", "fd00:10::1", marks=pytest.mark.slow),
    pytest.param("trace", "172.31.1.1/30", "10.0.0.1", marks=pytest.mark.slow),
    pytest.param("trace", "fd00:ff:1::1/64", "fd00:10::1", marks=pytest.mark.slow),
])  # fmt: skip
@pytest.mark.slow
def test_without_an_address_nothing_is_said_of_the_target(lab, address, target, command):
    """There is a way, but nothing to send from: an error of this host, although the target refuses."""
    scene = lab("one")
    family = "-6" if ":" in address else "-4"
    via = "fd00:ff:1::2" if ":" in address else "172.31.1.2"
    network = "fd00:10::/32" if ":" in address else "10.0.0.0/8"
    link = "fd00:ff:1::/64" if ":" in address else "172.31.1.0/30"
    set_up = (
        f"ip addr flush dev farward; ip {family} route replace {link} dev farward;"
        f" ip {family} route replace {network} via {via} dev farward onlink"
    )
    words = f"[{target}]:9" if ":" in target else f"{target}:9"
    outcome = scene.run("python", "-c", _SET_UP, set_up, command, words, "-f", "json", "-q", as_root=True)
    assert "EADDRNOTAVAIL" in outcome.stdout, outcome.stderr
    assert "no-response" not in outcome.stdout
    assert "has no address to send from" in outcome.stderr
