"""Services in the cells of a rule: beside their numbers, with their protocols, in lists with those of others."""

from pathlib import Path

import pytest

from scanner.targets.formats.opened_list import read_targets
from scanner.targets.formats.rule_ports import ports_said
from tests.targets.table_lists import SKIPPING, Asked, asked_by, problems_of


@pytest.mark.parametrize(
    ("cell", "ports"),
    [
        ("443", (443,)),
        ("HTTPS (8443)", (8443,)),
        ("443 (https)", (443,)),
        ("Web (tcp/80, 443)", (80, 443)),
        ("SAP Router (3299/tcp)", (3299,)),
        ("https/8443", (8443,)),
        ("TCP-443", (443,)),
        ("tcp_8080-8081", (8080, 8081)),
        ("TCP8080", (8080,)),
        ("80 and 443", (80, 443)),
        ("80 und 443", (80, 443)),
        ("https", (443,)),
        ("SSH 22", (22,)),
        ("22 SSH", (22,)),
        ("SSH 22, HTTPS 443", (22, 443)),
        ("https tcp 443", (443,)),
        ("DNS/TCP 53", (53,)),
        ("https 443 8443", (443, 8443)),
        ("FTP 20-21", (20, 21)),
        ("SSH - 2222", (2222,)),
        ("22 \u2013 SSH", (22,)),
        ("https: 8443", (8443,)),
        ("HTTPS (443) und SSH (22)", (443, 22)),
        ("HTTP, HTTPS (80, 443)", (80, 443)),
        ("http https", (80, 443)),
        ("https\n8443", (443, 8443)),
        ("https, 8443", (443, 8443)),
        ("service-https, ssh", (443, 22)),
        ("dns-tcp, HTTPS_TCP", (53, 443)),
        ("none, 443", (443,)),
    ],
)
def test_the_ports_of_services(cell: str, ports: tuple[int, ...]) -> None:
    assert ports_said(cell, by_protocol=False) == (ports, (), "")


@pytest.mark.parametrize(
    ("cell", "alone", "also"),
    [
        ("SSH 2222", "2222", "22"),
        ("2222 SSH", "2222", "22"),
        ("MySQL 3307", "3307", "3306"),
        ("https tcp/8443", "tcp/8443", "443"),
        ("http https 8080", "8080", "80, 443"),
        ("ntp 443", "443", "123"),
    ],
)
def test_a_service_with_another_port_than_its_own_may_be_one_target_or_two(cell: str, alone: str, also: str) -> None:
    for text in (cell, f"ldap, {cell}"):
        told = f'"{cell}" may mean {alone} alone, or {also} too; write {alone}, or {also}, {alone}'
        assert ports_said(text, by_protocol=False) == ((), (), told)


@pytest.mark.parametrize(
    ("cell", "ports", "others"),
    [
        ("HTTPS, PING", (443,), ('service "PING"',)),
        ("HTTPS, HTTP, ICMP", (443, 80), ('service "ICMP"',)),
        ("443, UDP 53", (443,), ('port "udp/53"',)),
        ("53/udp, 443", (443,), ('port "53/udp"',)),
        ("domain-udp, https", (443,), ('service "domain-udp"',)),
        ("DNS(UDP)", (), ('service "DNS(UDP)"',)),
        ("kerberos_udp", (), ('service "kerberos_udp"',)),
        ("Teams (UDP)", (), ('service "Teams (UDP)"',)),
        ("DNS (TCP/UDP)", (53,), ('the UDP part of service "DNS (TCP/UDP)"',)),
        ("ALL_ICMP, ALL_UDP", (), ('service "ALL_ICMP"', 'service "ALL_UDP"')),
        ("tcp, udp", (), ("all of tcp", 'service "udp"')),
        ("DNS 53/udp", (), ('port "udp/53"',)),
        ("SIP 5060 udp", (), ('port "udp/5060"',)),
        ("5060 udp SIP", (), ('port "udp/5060"',)),
        ("DNS/UDP 53", (), ('port "udp/53"',)),
        ("UDP DNS 53", (), ('port "udp/53"',)),
        ("53 DNS (UDP)", (), ('port "udp/53"',)),
        ("DNS TCP/UDP 53", (53,), ('port "udp/53"',)),
        ("NTP 123", (), ('port "udp/123"',)),
        ("syslog 514, ssh 22", (22,), ('port "udp/514"',)),
        ("443 icmp", (443,), ('port "icmp"',)),
        ("ICMP (8), https", (443,), ('service "ICMP (8)"',)),
    ],
)
def test_what_is_not_tcps_leaves_the_rest_of_a_list(cell: str, ports: tuple[int, ...], others: tuple[str, ...]) -> None:
    assert ports_said(cell, by_protocol=False) == (ports, others, "")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("53, udp", '"53, udp" has ports of UDP or another protocol beside ports without any'),
        ("53 udp 443 tcp", '"53 udp 443 tcp" has ports of UDP or another protocol beside ports without any'),
        ("DNS 53 TCP, UDP", '"DNS 53 TCP, UDP" has ports of UDP or another protocol beside ports without any'),
        ("DNS/UDP 5353", '"DNS/UDP 5353" has ports of UDP or another protocol beside ports without any'),
        ("80 -", '"80 -" holds a sign that stands alone; write ports such as 80,443 or 8000-8100'),
        ("80, -", '"80, -" holds a sign that stands alone; write ports such as 80,443 or 8000-8100'),
        ("Web - 443", '"Web - 443" holds a sign that stands alone; write ports such as 80,443 or 8000-8100'),
        ("HTTP, HTTPS (8080, 8443)", '"HTTP, HTTPS (8080, 8443)" does not say which of the ports is whose'),
        ("VLAN 20", '"VLAN 20" is no list of ports; write ports such as 80,443 or 8000-8100'),
        ("-443", '"-443" does not say where the ports begin; write 443, or 1-443'),
        ("80, - 443", '"80, - 443" does not say where the ports begin; write 443, or 1-443'),
        (":443", 'no service is called ":443"; write its port number'),
        ("(443", 'no service is called "(443"; write its port number'),
        ("443)", 'no service is called "443)"; write its port number'),
        ("+443", '"+443" is not a valid port; write a whole number from 1 to 65535, or a range such as 80-90'),
        ("[Negate] tcp-443", '"[Negate] tcp-443" is a condition, not a list of ports; write all ports that the rule'),
    ],
)
def test_what_may_mean_something_else_is_refused(cell: str, told: str) -> None:
    said = ports_said(cell, by_protocol=False)
    assert (said.ports, said.others) == ((), ())
    assert said.wrong.startswith(told)


def test_a_list_with_pings_is_told_or_left_out_by_its_rule(tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text('Destination,Service\n192.0.2.1,"HTTPS, PING"\n192.0.2.2,SSH 2222\n')
    assert problems_of(path) == [
        '2:11: service "PING" is not verifiable by TCP; remove it, or leave all such out with --skip-unsupported',
        '3:11: "SSH 2222" may mean 2222 alone, or 22 too; write 2222, or 22, 2222',
    ]
    path.write_text('Destination,Service\n192.0.2.1,"HTTPS, PING"\n')
    file = read_targets(str(path), SKIPPING)
    assert asked_by(file) == [Asked("192.0.2.1", (443,))]
    assert [item.what for item in file.left_out] == ['service "PING"']
