"""Which addresses are ends of a directly attached network, out of what Linux says."""

import sys
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from scanner.machine.attached_ends import attached_ends, ends_of
from scanner.machine.kernel_routes import entries_of
from tests.namespace import namespace

TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.0.0.0/8 2 0 2
        |-- 10.0.0.0
           /8 link UNICAST
        |-- 10.9.0.0
           /30 link UNICAST
     |-- 10.8.0.0
        /31 link UNICAST
     |-- 192.168.7.0
        /24 link UNICAST
Local:
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.0
           /8 link UNICAST
           /8 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     |-- 10.9.0.2
        /32 host LOCAL
     |-- 10.9.0.3
        /32 link BROADCAST
     |-- 10.8.0.1
        /32 link BROADCAST
     |-- 192.168.7.255
        /32 link BROADCAST
"""


def test_ends_of_interfaces_own_networks() -> None:
    """Not of loopback, of point-to-point links, or of a mere route through an interface (10.0.0.0/8 here)."""
    wanted = ["10.9.0.0", "10.9.0.3", "192.168.7.0", "192.168.7.255"]
    assert ends_of(entries_of(TRIE.splitlines())) == {int(IPv4Address(text)) for text in wanted}


WIDE = """\
Main:
     |-- 10.0.0.0
        /8 link UNICAST
Local:
     |-- 10.255.255.255
        /32 link BROADCAST
"""


@pytest.mark.parametrize(
    ("inside", "left"),
    [
        ("Main:\n |-- 10.0.0.0\n  /16 universe UNICAST\n", ["10.255.255.255"]),
        ("Main:\n |-- 10.0.0.0\n  /24 universe BLACKHOLE\n", ["10.255.255.255"]),
        ("Local:\n |-- 10.0.0.0\n  /8 host LOCAL\n", ["10.255.255.255"]),
        ("Main:\n |-- 10.0.0.0\n  /16 link UNICAST\nLocal:\n |-- 10.0.0.0\n  /32 link BROADCAST\n",
         ["10.0.0.0", "10.255.255.255"]),  # as older kernels have it
        ("Main:\n |-- 10.255.0.0\n  /16 universe UNICAST\n", ["10.0.0.0", "10.255.255.255"]),
        ("Main:\n |-- 0.0.0.0\n  /0 universe UNICAST\n", ["10.0.0.0", "10.255.255.255"]),
        ("Id 9:\n |-- 10.0.0.0\n  /16 universe UNICAST\n", ["10.0.0.0", "10.255.255.255"]),
    ],
    ids=["gateway", "blackhole", "local", "old kernel", "its end", "default", "another table"],
)  # fmt: skip
def test_an_end_that_is_reached_by_another_way_is_a_host(inside: str, left: list[str]) -> None:
    assert ends_of(entries_of((WIDE + inside).splitlines())) == {int(IPv4Address(text)) for text in left}


def test_nothing_known_elsewhere(tmp_path: Path) -> None:
    assert attached_ends(str(tmp_path)) == frozenset()
    (tmp_path / "fib_trie").write_text(TRIE)
    assert len(attached_ends(str(tmp_path))) == 4
    (tmp_path / "fib_trie").write_bytes(b"\xff\x00 |-- 999.1.1.1\n /24 link UNICAST\n")
    assert attached_ends(str(tmp_path)) == frozenset()


def test_the_kernels_own_table() -> None:
    look = "from scanner.machine.attached_ends import attached_ends; print(*sorted(attached_ends()))"
    attach = "ip link add one type veth peer name two; ip addr add 10.9.8.1/24 dev one; ip link set one up"
    with namespace("veth") as net:
        assert net.run(sys.executable, "-c", look, check=True).stdout.split() == []
        net.run("sh", "-ec", attach, check=True)
        ends = net.run(sys.executable, "-c", look, check=True).stdout.split()
    assert [str(IPv4Address(int(end))) for end in ends] == ["10.9.8.0", "10.9.8.255"]
