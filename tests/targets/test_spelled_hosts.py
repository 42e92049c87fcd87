"""Hosts and ports as texts again: each reads back as what it was, and rows are written as rows."""

import pytest

from scanner.targets.grammar.host_values import AddressRange, Host, HostName
from scanner.targets.grammar.parsers import parse_host, parse_ports
from scanner.targets.grammar.spelled_hosts import spelled_host, spelled_hosts, spelled_ports


def values(host: Host) -> tuple[object, ...]:
    if isinstance(host, HostName):
        return (host.text,)
    return host.family, host.first, host.last, host.scope, host.text, host.network


@pytest.mark.parametrize(
    "text",
    [
        "db1.example.com", "b\u00fccher.example", "192.0.2.1", "192.0.2.0/24", "192.0.2.1/32", "0.0.0.0/0", "::/0",
        "192.0.2.1-50", "192.0.2.250-192.0.3.5", "2001:db8::1", "2001:DB8:0::1", "2001:db8::/32", "2001:db8::1/128",
        "2001:db8::1-2001:db8::ff", "2001:db8::1-2001:db8::1", "fe80::1%lo", "fe80::%lo/64", "fe80::1%lo/128",
        "fe80::1%lo-fe80::9",
    ],
)  # fmt: skip
def test_a_host_reads_back_as_the_same(text: str) -> None:
    (host,) = parse_host(text)
    (again,) = parse_host(spelled_host(host))
    assert values(again) == values(host)


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("web[01-20].example.net", ["web[01-20].example.net"]),
        ("web[8-12]", ["web[8-12]"]),
        ("web[098-101]", ["web[098-101]"]),
        ("r[1-2]a[0-3]", ["r1a[0-3]", "r2a[0-3]"]),
        ("web1 web2", ["web1", "web2"]),
        ("web9 web010 web11", ["web9", "web010", "web11"]),
        ("a1b1 a2b2 a3b3", ["a1b1", "a2b2", "a3b3"]),
        ("a1 a2 a3 b3 b4", ["a[1-3]", "b3", "b4"]),
        ("a1-1 a1-2 a1-3 a2-3 a3-3", ["a1-[1-3]", "a2-3", "a3-3"]),
        ("192.0.2.1 192.0.2.2 192.0.2.3", ["192.0.2.1-3"]),
        ("192.0.2.1 192.0.2.2", ["192.0.2.1", "192.0.2.2"]),
        ("192.0.2.255 192.0.3.0 192.0.3.1", ["192.0.2.255-192.0.3.1"]),
        ("192.0.2.1 192.0.2.2 192.0.2.3/32 192.0.2.4-5", ["192.0.2.1", "192.0.2.2", "192.0.2.3/32", "192.0.2.4-5"]),
        ("2001:db8::1 2001:db8::2 2001:db8::3", ["2001:db8::1", "2001:db8::2", "2001:db8::3"]),
    ],
)
def test_what_stands_in_a_row_is_one_text(typed: str, spelled: list[str]) -> None:
    hosts = [host for word in typed.split() for host in parse_host(word)]
    found = list(spelled_hosts(hosts))
    assert [text for text, _ in found] == spelled
    assert sum(count for _, count in found) == len(hosts)
    again = [host for text, _ in found for host in parse_host(text)]
    names = [host for host in hosts if isinstance(host, HostName)]
    assert [host.text for host in again if isinstance(host, HostName)] == [host.text for host in names]


def test_a_range_of_a_row_holds_each_of_its_addresses() -> None:
    (host,) = parse_host(next(spelled_hosts([parse_host(f"192.0.2.{at}")[0] for at in range(250, 256)]))[0])
    assert isinstance(host, AddressRange)
    assert (host.last - host.first, host.network) == (5, False)


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("443", ["443"]),
        ("80,443,22", ["80", "443", "22"]),
        ("1-3,2,7", ["1-3", "7"]),
        ("3,2,1", ["3", "2", "1"]),
        ("-", ["-"]),
        ("top:100", ["top:100"]),
        ("top:3", ["80", "23", "443"]),
        ("2-65535", ["2-65535"]),
    ],
)
def test_ports_keep_their_order(typed: str, spelled: list[str]) -> None:
    ports = parse_ports(typed)
    assert spelled_ports(ports) == spelled
    assert parse_ports(",".join(spelled)) == ports
