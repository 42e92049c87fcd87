"""The usual slips as corrected texts: each form says what is wrong, and what the text would be without."""

import pytest

from scanner.targets.grammar.slip_forms import alike, closed, forms, items, not_tcp, without_tcp


def candidates(text: str) -> dict[str, str]:
    """What may be wrong, by what would then be meant; most make no sense, which is not decided here."""
    return {candidate: why for why, candidate in forms(text, typed=True, spaced=True)}


@pytest.mark.parametrize(
    ("text", "candidate", "why"),
    [
        ("[db1]:22", "db1:22", "has brackets that mean nothing here"),
        ("2001:db8::1]:443", "[2001:db8::1]:443", "lacks the opening bracket"),
        ("[::1]22", "[::1]:22", "lacks the colon after the bracket"),
        ("10.0.0.5 255.255.255.0", "10.0.0.0/24", "has a netmask"),
        ("10.0.0.1 10.0.0.9", "10.0.0.1-10.0.0.9", "holds a space between two addresses"),
        ("db1 22", "db1:22", "holds a space"),
        ("db1;22", "db1:22", "has a ; where the colon belongs"),
        ("db1/22", "db1:22", "has a / where the colon belongs"),
        ("22..25", "22-25", "is not a valid port list"),
        ("web::22", "web:22", "has two colons"),
        ("db1:22/x", "db1:22", "goes on after the port"),
        ("tcp/22", "22", "names a protocol, and all ports here are TCP"),
    ],
)
def test_each(text: str, candidate: str, why: str) -> None:
    assert candidates(text)[candidate] == why


@pytest.mark.parametrize(
    ("text", "protocol", "left"),
    [("53/udp", "UDP", "53"), ("U:53", "UDP", "53"), ("db1:53 sctp", "SCTP", "db1:53"), ("db1:22", "", ""),
     ("udp.example.net:22", "", "")],
)  # fmt: skip
def test_protocols(text: str, protocol: str, left: str) -> None:
    assert not_tcp(text) == (protocol, left)


def test_tcp_says_nothing() -> None:
    assert without_tcp("db1:22/tcp") == "db1:22"
    assert without_tcp("tcp.example.net") == "tcp.example.net"


def test_blanks_around_signs() -> None:
    assert closed("db1 : 22 - 25 , 80") == "db1:22-25,80"
    assert closed("db1 - 22") == "db1 - 22"  # which is not the name db1-22


def test_items_of_one_list() -> None:
    assert items("db1, db2 and db3") == ["db1", "db2", "db3"]
    assert items("10.0.0.0 255.255.255.0") == []
    assert alike(["db1:22", "80", "443"])
    assert alike(["web1", "web2"])
    assert not alike(["my", "host:22"])
