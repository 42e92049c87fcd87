"""Who is a neighbour, out of what Linux shows of its routing tables: `local` first, then the longest prefix."""

import ipaddress
import itertools
import json
import socket
import sys
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.machine.attached_networks import AttachedNetworks
from scanner.machine.networks import near_ranges, routed_networks
from scanner.model import Place
from tests.namespace import namespace

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"


def hexed(address: str) -> str:
    """As /proc/net/route writes it: a number in the machine's byte order."""
    return f"{int.from_bytes(socket.inet_aton(address), sys.byteorder):08X}"


def route(interface: str, to: str, mask: str, gateway: str = "0.0.0.0", flags: int = 1, metric: int = 0) -> str:
    return f"{interface}\t{hexed(to)}\t{hexed(gateway)}\t{flags:04X}\t0\t0\t{metric}\t{hexed(mask)}\t0\t0\t0\n"


def route6(interface: str, to: str, length: int, gateway: str = "::", flags: int = 1, metric: int = 256) -> str:
    zero, none = "0" * 32, "00"
    target, via = (ipaddress.IPv6Address(each).packed.hex() for each in (to, gateway))
    return f"{target} {length:02x} {zero} {none} {via} {metric:08x} 00000001 00000000 {flags:08x} {interface:>8}\n"


def shown(folder: File, v4: str = "", v6: str = "", trie: str = "") -> File:
    """What Linux shows under /proc/net."""
    (folder / "route").write_text(HEAD + v4)
    (folder / "ipv6_route").write_text(v6)
    (folder / "fib_trie").write_text(trie)
    return folder


def asks(interface: str) -> bool:
    return interface not in ("tun0", "lo")


def networks(folder: File, v4: str = "", v6: str = "", trie: str = "") -> list[str]:
    return [str(each) for each in routed_networks(str(shown(folder, v4, v6, trie)), asks)[0]]


def neighbours(folder: File, *addresses: str, v4: str = "", v6: str = "", trie: str = "") -> list[str]:
    """Those of these addresses that are reached as neighbours."""
    attached, elsewhere = routed_networks(str(shown(folder, v4, v6, trie)), asks)
    table = AttachedNetworks(attached, elsewhere)
    return [each for each in addresses if table.has(Place(each, V6 if ":" in each else V4))]


@pytest.mark.skipif(sys.byteorder == "big", reason="an example from a little-endian machine")
def test_a_real_ipv4_table(tmp_path: File) -> None:
    lines = (
        "eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
        "eth0\t0000A8C0\t00000000\t0001\t0\t0\t100\t00F0FFFF\t0\t0\t0\n"
    )
    assert networks(tmp_path, lines) == ["192.168.0.0/20"]


def test_only_what_is_directly_attached(tmp_path: File) -> None:
    lines = (
        route("eth0", "0.0.0.0", "0.0.0.0", gateway="10.1.0.1", flags=3)
        + route("eth0", "10.1.0.0", "255.255.0.0")
        + route("eth0", "10.9.0.0", "255.255.0.0", gateway="10.1.0.9", flags=3)
        + route("eth1", "192.0.2.7", "255.255.255.255", flags=5)
        + route("eth1", "172.16.0.0", "255.240.0.0")
    )
    assert networks(tmp_path, lines) == ["10.1.0.0/16", "172.16.0.0/12"]


def test_a_tunnel_or_a_rejected_network_has_no_neighbours(tmp_path: File) -> None:
    v4 = route("tun0", "10.0.0.0", "255.0.0.0") + route("*", "172.16.0.0", "255.240.0.0", flags=0x201)
    v6 = route6("tun0", "fd00::", 8) + route6("eth0", "fd77::", 16, flags=0x200)
    assert networks(tmp_path, v4, v6) == []


def test_ipv6_networks(tmp_path: File) -> None:
    lines = (
        route6("eth0", "2001:db8:1::", 64)
        + route6("eth0", "fe80::", 64)
        + route6("eth0", "ff00::", 8)
        + route6("eth0", "2001:db8:1::5", 128)
        + route6("eth0", "2001:db8:2::", 48, gateway="fe80::1", flags=3)
        + route6("eth0", "::", 0, gateway="fe80::1", flags=3)
        + route6("lo", "::1", 128)
        + route6("lo", "fd00::", 8)
    )
    assert networks(tmp_path, v6=lines) == ["2001:db8:1::/64", "fe80::/64"]


def test_no_table_no_networks(tmp_path: File) -> None:
    assert routed_networks(str(tmp_path))[0] == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has these flags")
def test_loopback_asks_nobody(tmp_path: File) -> None:
    """Whom nobody knows may ask: of such a device the kernel's table of neighbours is not taken for endless."""
    devices = ("lo", "no-such-device", "a-name-far-too-long-for-any-device")
    lines = "".join(route(name, f"10.{n}.0.0", "255.255.0.0") for n, name in enumerate(devices))
    attached, _ = routed_networks(str(shown(tmp_path, lines)))
    assert [str(each) for each in attached] == ["10.1.0.0/16", "10.2.0.0/16"]


LAN = route("eth0", "10.0.0.0", "255.0.0.0")
VPN = ("10.6.255.255", "10.7.0.0", "10.7.9.9", "10.7.255.255", "10.8.0.0")


@pytest.mark.parametrize(
    "inside",
    [
        route("eth1", "10.7.0.0", "255.255.0.0", gateway="172.31.0.2", flags=3),
        route("*", "10.7.0.0", "255.255.0.0", flags=0x201),  # unreachable, prohibit
        route("*", "10.7.0.0", "255.255.0.0"),
        route("tun0", "10.7.0.0", "255.255.0.0"),
        route("eth1", "10.7.0.0", "255.255.0.0", flags=3),  # by an IPv6 gateway, which this table does not show
    ],
    ids=["gateway", "unreachable", "blackhole", "tunnel", "IPv6 gateway"],
)
def test_a_more_specific_route_leads_elsewhere(tmp_path: File, inside: str) -> None:
    for tables in (LAN + inside, inside + LAN):
        assert neighbours(tmp_path, *VPN, v4=tables) == ["10.6.255.255", "10.8.0.0"]


def test_a_host_behind_a_gateway_is_no_neighbour(tmp_path: File) -> None:
    tables = LAN + route("eth1", "10.7.9.9", "255.255.255.255", gateway="172.31.0.2", flags=7)
    assert neighbours(tmp_path, "10.7.9.8", "10.7.9.9", "10.7.9.10", v4=tables) == ["10.7.9.8", "10.7.9.10"]


def test_an_attached_network_inside_a_routed_one(tmp_path: File) -> None:
    tables = (
        route("eth1", "10.7.0.0", "255.255.0.0", gateway="172.31.0.2", flags=3)
        + LAN
        + route("eth2", "10.7.9.0", "255.255.255.0")
    )
    assert neighbours(tmp_path, *VPN, v4=tables) == ["10.6.255.255", "10.7.9.9", "10.8.0.0"]


@pytest.mark.parametrize(("metric", "found"), [(50, []), (200, ["10.7.9.9"])])
def test_of_equal_prefixes_the_metric_decides(tmp_path: File, metric: int, found: list[str]) -> None:
    lan = route("eth0", "10.7.0.0", "255.255.0.0", metric=100)
    vpn = route("eth1", "10.7.0.0", "255.255.0.0", gateway="172.31.0.2", flags=3, metric=metric)
    for tables in (lan + vpn, vpn + lan):
        assert neighbours(tmp_path, "10.7.9.9", v4=tables) == found
        assert networks(tmp_path, tables) == (["10.7.0.0/16"] if found else [])


def test_of_equal_metrics_the_first_is_taken(tmp_path: File) -> None:
    lan = route("eth0", "10.7.0.0", "255.255.0.0")
    vpn = route("eth1", "10.7.0.0", "255.255.0.0", gateway="172.31.0.2", flags=3)
    assert neighbours(tmp_path, "10.7.9.9", v4=lan + vpn) == ["10.7.9.9"]
    assert neighbours(tmp_path, "10.7.9.9", v4=vpn + lan) == []


TRIE = """\
Id 77:
     |-- 10.0.0.0
        /8 host LOCAL
Local:
     |-- 10.7.0.0
        /16 host LOCAL
     |-- 10.9.0.1
        /32 host LOCAL
"""


def test_what_is_local_goes_first(tmp_path: File) -> None:
    """Even before a longer prefix, as table `local` is asked first. Tables that only rules lead to do not count."""
    tables = LAN + route("eth2", "10.7.9.0", "255.255.255.0")
    asked = (*VPN, "10.9.0.1", "10.9.0.2")
    assert neighbours(tmp_path, *asked, v4=tables, trie=TRIE) == ["10.6.255.255", "10.8.0.0", "10.9.0.2"]
    assert networks(tmp_path, tables, trie=TRIE) == ["10.0.0.0/8"]


def test_one_table_for_what_is_local_and_all_else(tmp_path: File) -> None:
    """Until there is any rule of one's own, and shown as such: then the longest prefix decides here too."""
    tables = LAN + route("eth2", "10.7.9.0", "255.255.255.0")
    trie = TRIE.replace("Local:", "Main:")
    asked = (*VPN, "10.9.0.1", "10.9.0.2")
    assert neighbours(tmp_path, *asked, v4=tables, trie=trie) == ["10.6.255.255", "10.7.9.9", "10.8.0.0", "10.9.0.2"]
    same = trie.replace("/16 host", "/24 host").replace("10.7.0.0", "10.7.9.0")
    assert neighbours(tmp_path, "10.7.9.9", "10.7.8.9", v4=tables, trie=same) == ["10.7.8.9"]


def test_the_same_for_ipv6(tmp_path: File) -> None:
    lines = (
        route6("eth0", "fd00::", 32)
        + route6("eth1", "fd00:0:7::", 48, gateway="fe80::1", flags=3)
        + route6("eth2", "fd00:0:7:9::", 64)
        + route6("lo", "fd00:0:8::", 48, flags=0x200)
        + route6("eth0", "fd00:0:9::", 64, metric=100)
        + route6("eth0", "fd00:0:9::", 64, gateway="fe80::1", flags=3, metric=50)
        + route6("lo", "fd00:0:a::", 48, flags=0x80200001)
        + route6("eth2", "fd00:0:a:1::", 64)
        + route6("eth0", "fd00::1", 128, flags=0x80200001)
    )
    asked = ("fd00::1", "fd00::2", "fd00:0:6::1", "fd00:0:7::1", "fd00:0:7:9::1", "fd00:0:8::1", "fd00:0:9::1",
             "fd00:0:a::1", "fd00:0:a:1::1", "fd00:0:b::1")  # fmt: skip
    assert neighbours(tmp_path, *asked, v6=lines) == ["fd00::2", "fd00:0:6::1", "fd00:0:7:9::1", "fd00:0:b::1"]


def test_a_table_of_another_form_says_nothing(tmp_path: File) -> None:
    assert networks(tmp_path, "eth0\t00000A0A\n\n", "00 01 02\n") == []


PREFIXES = st.lists(st.tuples(st.integers(0, 255), st.integers(24, 32), st.booleans()), max_size=12)


@given(PREFIXES)
def test_as_if_every_address_were_looked_up(prefixes: list[tuple[int, int, bool]]) -> None:
    kinds = {ipaddress.ip_network(f"10.0.0.{at}/{length}", strict=False): near for at, length, near in prefixes}
    nets = [[net for net, near in kinds.items() if near is wanted] for wanted in (True, False)]
    ranges = near_ranges(*nets)[4]

    def near(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        around = [net for net in kinds if address in net]
        return bool(around) and kinds[max(around, key=lambda net: net.prefixlen)]

    found = {number for low, high in ranges for number in range(low, high + 1)}
    assert found == {int(each) for each in ipaddress.ip_network("10.0.0.0/24") if near(each)}
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(ranges))


_NETWORK = """
ip link add near type veth peer name far; ip link set near up; ip link set far up
ip link add near2 type veth peer name far2; ip link set near2 up; ip link set far2 up
ip link add tunnel type veth peer name end arp off; ip link set tunnel arp off up; ip link set end up
ip addr add 10.200.0.1/8 dev near; ip addr add 172.31.0.1/30 dev near2
ip route add 10.7.0.0/16 via 172.31.0.2
ip route add 10.7.9.0/24 dev near2
ip route add 10.7.9.128/25 dev tunnel
ip route add blackhole 10.20.0.0/16
ip route add unreachable 10.21.0.0/16
ip route add 10.22.3.4/32 via 172.31.0.2
ip route add 10.23.0.0/16 via 172.31.0.2 metric 50
ip route add 10.23.0.0/16 dev near2 metric 100
ip route add 10.24.0.0/16 via 172.31.0.2 metric 100
ip route add 10.24.0.0/16 dev near2 metric 50
ip route add local 10.30.0.0/16 dev lo
ip route add 10.30.5.0/24 dev near2
ip route add 10.40.0.0/16 via inet6 fe80::1 dev near2
ip addr add fd00:10::1/32 dev near nodad; ip addr add fd00:ff::1/64 dev near2 nodad
ip route add fd00:10:7::/48 via fd00:ff::2
ip route add fd00:10:7:9::/64 dev near2
ip route add blackhole fd00:10:20::/48
ip route add fd00:10:23::/48 via fd00:ff::2 metric 50
ip route add fd00:10:23::/48 dev near2 metric 100
ip route add local fd00:10:30::/48 dev lo
"""
_ASKED = [
    "10.0.0.9", "10.6.255.255", "10.7.0.0", "10.7.9.9", "10.7.9.129", "10.7.10.0", "10.8.0.0", "10.20.0.1", "10.21.0.1",
    "10.22.3.3", "10.22.3.4", "10.22.3.5", "10.23.0.1", "10.24.0.1", "10.30.5.1", "10.30.6.1", "10.31.0.0", "10.40.0.1",
    "10.200.0.1", "172.31.0.2", "11.0.0.1", "127.0.0.1", "fd00:10::1", "fd00:10::2", "fd00:10:7::1", "fd00:10:7:9::1",
    "fd00:10:20::1", "fd00:10:23::1", "fd00:10:30::1", "fd00:10:31::1", "fd01::1",
]  # fmt: skip
_LOOK = """
import json, sys
from scanner.machine.attached_networks import AttachedNetworks
from scanner.machine.networks import routed_networks
from scanner.model import Place
attached, elsewhere = routed_networks()
table = AttachedNetworks(attached, elsewhere)
print(json.dumps([each for each in sys.argv[1:] if table.has(Place(each, 10 if ":" in each else 2))]))
"""


@pytest.mark.lab
@pytest.mark.parametrize("rules", ["", "ip rule add from 192.0.2.1 table 77"], ids=["one table", "tables apart"])
def test_the_kernel_itself_says_the_same(rules: str) -> None:
    """`ip route get` asks it for each address, and sends nothing."""
    with namespace("veth") as net:
        net.run("sh", "-ec", _NETWORK + rules, check=True)
        said = json.loads(net.run(sys.executable, "-c", _LOOK, *_ASKED, check=True).stdout)
        truth = []
        for address in _ASKED:
            words = net.run("ip", "-o", "route", "get", address).stdout.split()
            direct = words[:1] == [address] and "via" not in words and words[words.index("dev") + 1] != "tunnel"
            truth += [address] * direct
    assert said == truth
    assert len(truth) > 10
