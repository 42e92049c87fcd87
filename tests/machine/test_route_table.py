"""The routes of a host, as Linux shows them: which one leads to an address, if any."""

import sys

import pytest

from scanner.machine.route_table import RouteTable, read_routes
from scanner.model import Place
from tests.engine.fakes import AF_INET, AF_INET6

pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="the samples were taken on a little-endian machine")

#: By 172.31.0.2: 10.0.0.0/8 and, unreachable, 10.7.0.0/16; 192.168.0.0/24 is attached; a blackhole for 203.0.113.0/24.
ROUTES = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
near	0000000A	02001FAC	0003	0	0	0	000000FF	0	0	0
*	0000070A	00000000	0200	0	0	0	0000FFFF	0	0	0
near	0000A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
*	007100CB	00000000	0001	0	0	0	00FFFFFF	0	0	0
"""
NONE = "0" * 32
#: fd00:10::/32 by a router, fd00:31::/64 attached, fd00:77::/32 local; by default the kernel's own reject.
ROUTES6 = f"""\
fd000010{"0" * 24} 20 {NONE} 00 fd000031000000000000000000000002 00000400 00000002 00000000 00000003     near
fd000031{"0" * 24} 40 {NONE} 00 {NONE} 00000100 00000003 00000000 00000001     near
fd000077{"0" * 24} 20 {NONE} 00 {NONE} 00000400 00000002 00000000 80000001       lo
{NONE} 00 {NONE} 00 {NONE} ffffffff 00000001 00000000 00200200       lo
"""
DEFAULT6 = f"{NONE} 00 {NONE} 00 fd000031000000000000000000000002 00000400 00000002 00000000 00000003     near\n"


@pytest.fixture
def table(tmp_path):
    def read(routes: str = ROUTES, routes6: str = ROUTES6) -> RouteTable:
        (tmp_path / "route").write_text(routes)
        (tmp_path / "ipv6_route").write_text(routes6)
        return read_routes(str(tmp_path))

    return read


def place(address: str) -> Place:
    return Place(address, AF_INET6 if ":" in address else AF_INET)


@pytest.mark.parametrize(
    ("address", "way", "gateway", "local"),
    [
        ("10.1.2.3", "the route to 10.0.0.0/8", True, False),
        ("192.168.0.9", "the route to 192.168.0.0/24", False, False),
        ("fd00:10::1", "the route to fd00:10::/32", True, False),
        ("fd00:31::9", "the route to fd00:31::/64", False, False),
        ("fd00:77:1::1", "the route to fd00:77::/32", False, True),
    ],
)
def test_the_longest_prefix_leads(table, address: str, way: str, gateway: bool, local: bool) -> None:
    found = table().to(place(address))
    assert (str(found), found.gateway, found.local) == (way, gateway, local)


@pytest.mark.parametrize("address", ["10.7.0.1", "203.0.113.1", "8.8.8.8", "2001:db8::1"])
def test_what_rejects_is_no_way_and_nor_is_nothing(table, address: str) -> None:
    assert table().to(place(address)) is None


def test_a_default_route_leads_everywhere_and_the_lower_metric_wins(table) -> None:
    found = table(routes6=ROUTES6 + DEFAULT6).to(place("2001:db8::1"))
    assert (str(found), found.gateway) == ("the default route", True)


def test_what_cannot_be_read_is_no_route(tmp_path) -> None:
    assert read_routes(str(tmp_path)).to(place("10.0.0.1")) is None
