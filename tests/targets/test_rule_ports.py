"""Cells of ports as rules spell them: what is TCP's, what is not, and what is refused as it stands."""

from pathlib import Path

import pytest

from scanner.targets.formats.rule_ports import ports_said
from scanner.targets.formats.rule_services import other_protocols
from tests.targets.table_lists import problems_of


@pytest.mark.parametrize(
    ("text", "ports", "others"),
    [
        ("UDP (53)", (), ('port "udp/53"',)),
        ("53 (UDP)", (), ('port "udp/53"',)),
        ("DNS-UDP (53)", (), ('port "udp/53"',)),
        ("DNS_UDP (53)", (), ('port "udp/53"',)),
        ("53 (DNS/UDP)", (), ('port "udp/53"',)),
        ("53 (TCP/UDP)", (53,), ('port "udp/53"',)),
        ("443 (UDP und TCP)", (443,), ('port "udp/443"',)),
        ("53 udp", (), ('port "udp/53"',)),
        ("53/tcp,udp", (53,), ('port "udp/53"',)),
        ("53/tcp+udp", (53,), ('port "udp/53"',)),
        ("TCP/UDP 53", (53,), ('port "udp/53"',)),
        ("udp port 53", (), ('port "udp/53"',)),
        ("NTP (123)", (), ('port "udp/123"',)),
        ("161/snmp", (), ('port "udp/161"',)),
        ("snmp/161", (), ('port "udp/161"',)),
        ("DNS (udp/53)", (), ('port "udp/53"',)),
        ("53/udp, 80/tcp", (80,), ('port "53/udp"',)),
    ],
)
def test_udp_is_not_taken_for_tcp(text: str, ports: tuple[int, ...], others: tuple[str, ...]) -> None:
    said = ports_said(text, by_protocol=False)
    assert (said.ports, said.others, said.wrong) == (ports, others, "")


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("eq 443", (443,)),
        ("Port 443", (443,)),
        ("Ports: 80, 443", (80, 443)),
        ("tcp port 443", (443,)),
        ("tcp eq 443", (443,)),
        ("dst port 443", (443,)),
        ("range 8000 8002", (8000, 8001, 8002)),
        ("tcp range 8000-8001", (8000, 8001)),
        ("8000 8002", (8000, 8002)),
        ("HTTPS (443)", (443,)),
        ("443 (https)", (443,)),
        ("Syslog TLS (6514)", (6514,)),
        ("service-https", (443,)),
        ("service-http", (80, 8080)),
        ("80,443", (80, 443)),
        ("1, 433", (1, 433)),
        ("null", None),
    ],
)
def test_what_is_unambiguous_is_read(text: str, ports: tuple[int, ...] | None) -> None:
    assert ports_said(text, by_protocol=False) == (ports, (), "")


@pytest.mark.parametrize(
    "text", ["neq 22", "not 443", "!22", ">1023", "gt 1023", "lt 1024", "all except 22", "\u2265 80"]
)
def test_a_condition_is_refused_as_it_stands(text: str) -> None:
    said = ports_said(text, by_protocol=True)
    assert (said.ports, said.others) == ((), ())
    assert said.wrong.startswith(f'"{text}" is a condition, not a list of ports; write all ports that the rule lets')


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1024+", '"1024+" leaves open where the ports end; write 1024-65535'),
        ("443, 8000+", '"443, 8000+" leaves open where the ports end; write 8000-65535'),
        ("1,433", '"1,433" may be 1433 or the ports 1 and 433; write 1433, or 1, 433'),
        ("eq https", 'no service is called "eq"; write its port number'),
        ("application-default", 'no service is called "application-default"; write its port number'),
        ("prio 7 443", '"prio 7 443" is no list of ports; write ports such as 80,443 or 8000-8100'),
        ("70000", "port 70000 is out of range; write a port from 1 to 65535"),
    ],
)
def test_what_is_wrong_is_told_of_the_cell_as_written(text: str, told: str) -> None:
    assert ports_said(text, by_protocol=False).wrong == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("8.000", '"8.000" may be 8000 or 8; write 8000 or 8'),
        ("443, 10.000/tcp", '"10.000" may be 10000 or 10; write 10000 or 10'),
        ("8.000, 443", '"8.000" may be 8000 or 8; write 8000 or 8'),
        ("8.443", '"8.443" is no port; if 8443 is meant, write 8443'),
        ("1.024-65.535", '"1.024" is no port; if 1024 is meant, write 1024'),
        ("HTTPS (8'443)", '"8\'443" is no port; if 8443 is meant, write 8443'),
        ("10,000", '"10,000" is no port; if 10000 is meant, write 10000'),
        ("8 080", '"8 080" may be 8080 or the ports 8 and 80; write 8080, or 8, 80'),
        ("443, 10 080", '"10 080" may be 10080 or the ports 10 and 80; write 10080, or 10, 80'),
        ("8 443", '"8 443" may be 8443 or the ports 8 and 443; write 8443, or 8, 443'),
    ],
)
def test_digits_in_groups_of_three_may_be_one_number(text: str, told: str) -> None:
    assert ports_said(text, by_protocol=False) == ((), (), told)


@pytest.mark.parametrize(
    ("text", "ports"),
    [("8.0", (8,)), ("2309.00, 80.0", (2309, 80)), ("22,443", (22, 443)), ("25 110 143", (25, 110, 143)),
     ("80 443", (80, 443)), ("8, 443", (8, 443))],
)  # fmt: skip
def test_lists_and_whole_numbers_of_tables_stay(text: str, ports: tuple[int, ...]) -> None:
    assert ports_said(text, by_protocol=False).ports == ports


def test_first_and_last_ports_may_be_in_groups_too(tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text("host;from_port;to_port\na;1.000;2.000\nb;8.443;\nc;80.0;81.0\n")
    assert problems_of(path) == [
        '2:3: "1.000" may be 1000 or 1; write 1000 or 1', '3:3: "8.443" is no port; if 8443 is meant, write 8443',
    ]  # fmt: skip


def test_equal_cells_share_their_ports() -> None:
    """A hundred thousand rules must not hold as many lists."""
    ports = [ports_said("8000-" + end, by_protocol=False).ports for end in ("9000", "9000")]
    assert ports[0] is ports[1]


def test_a_protocols_column_makes_a_service_tcp() -> None:
    assert ports_said("NTP (123)", by_protocol=True).ports == (123,)
    assert ports_said("53 (UDP)", by_protocol=True).ports == ()


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("DNS (UDP)", (True, False)),
        ("udp port 500", (True, False)),
        ("SNMP", (True, False)),
        ("dns_udp", (True, False)),
        ("icmp", (True, False)),
        ("DNS (TCP/UDP)", (True, True)),
        ("syslog-tls", (False, False)),
        ("Syslog over TLS", (False, True)),
        ("https", (False, False)),
        ("tcp", (False, True)),
    ],
)
def test_a_service_beside_a_port_may_be_udps(service: str, said: tuple[bool, bool]) -> None:
    assert other_protocols(service) == said
