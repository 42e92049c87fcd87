"""Lines of plain text that mean something else than their words: dashes alone, secrets, keywords, other comments."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.scanned import looks, taken, wrong

PORTS = InputWish(ports_given=True)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("192.0.2.1 -", "no port; for all 65,535 of them write 192.0.2.1:-"),
        ("2001:db8::1 -", "no port; for all 65,535 of them write [2001:db8::1]:-"),
        ("192.0.2.1 - 5 22", "write 192.0.2.1-5 or 192.0.2.1:5"),
        ("192.0.2.9 - 5", "write 192.0.2.9:5"),
        ("192.0.2.1:22 - 25", "write 192.0.2.1:22-25"),
        ("db1 - ssh", "write db1:ssh, or # in front of a comment"),
        ("db1:22 -", "write # in front of a comment"),
        ("192.0.2.1 - gateway", "write # in front of a comment"),
        ("192.0.2.1 \u2013 gateway", "write # in front of a comment"),
        ("- -", "write # in front of a comment"),
    ],
)
@pytest.mark.parametrize("wish", [InputWish(), PORTS])
def test_a_dash_alone_says_what_it_may_mean(line: str, told: str, wish: InputWish, tmp_path: Path) -> None:
    [problem] = wrong(tmp_path, f"192.0.2.1:22\n192.0.2.2:22\n{line}\n", wish)
    assert problem.startswith('3:1: "-" ')
    assert told in problem


def test_addresses_with_remarks_behind_a_dash_are_no_hosts_file(tmp_path: Path) -> None:
    problems = wrong(tmp_path, "192.0.2.1 - gateway\n192.0.2.2 - printer\n", PORTS)
    assert "hosts file" not in "".join(problems)
    assert "write 192.0.2.2:printer, or # in front of a comment" in problems[-1]


@pytest.mark.parametrize(
    "line",
    [
        "PASSWORD=s3cret",
        "export TOKEN=s3cret",
        "db_password: s3cret",
        "db1 password s3cret",
        "api_key=s3cret db1:22",
        '{"secret": "s3cret"}',
        "PASSWORD=s3cret://db1:22",
        "curl -u admin:s3cret https://www.example.com/",
        "psql --user=admin --password s3cret db1:5432",
        "redis-cli -a s3cret",
        "sshpass -ps3cret ssh db1",
        "Authorization: Bearer s3cret",
    ],
)
@pytest.mark.parametrize("wish", [InputWish(), PORTS])
def test_what_may_be_a_password_is_not_shown(line: str, wish: InputWish, tmp_path: Path) -> None:
    [problem] = wrong(tmp_path, f"192.0.2.1:22\n192.0.2.2:22\n192.0.2.3:22\n{line}\n", wish)
    assert problem.startswith("4:1: the line ")
    assert problem.endswith("may hold a password; write HOST:PORTS alone")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DB_URL=postgres://u:s3cret@db1:5432/orders", ["1:8 db1:5432"]),
        ('DB_URL="postgres://u:s3cret@db1/orders"', ["1:9 db1:5432"]),
        ("https://www.example.com/reset?token=s3cret", ["1:1 www.example.com:443"]),
        ("token:22 vault-key:8200", ["1:1 token:22", "1:10 vault-key:8200"]),
        ("secret 8200", ["1:1 secret:8200"]),
        ("192.0.2.1 22/tcp", ["1:1 192.0.2.1:22"]),
        ("192.0.2.1 22/TCP,80 443", ["1:1 192.0.2.1:22,80,443"]),
    ],
)
def test_what_only_resembles_these_is_read(line: str, expected: list[str], tmp_path: Path) -> None:
    assert taken(tmp_path, f"{line}\n") == expected


def test_other_protocols_behind_an_address_are_left_out(tmp_path: Path) -> None:
    text = "192.0.2.1 22/tcp,53/udp\n192.0.2.2 53/udp\n"
    assert wrong(tmp_path, text)[0].startswith('1:11: port "53/udp" is not verifiable by TCP')
    assert taken(tmp_path, text, InputWish(skip_unsupported=True)) == ["1:1 192.0.2.1:22"]


@pytest.mark.parametrize(
    "line",
    [
        "nameserver 192.0.2.1",
        "server 192.0.2.1:8080;",
        "https 192.0.2.1",
        "pop3 192.0.2.1",
        "upstream pass http://192.0.2.1:80/",
        "gateway 2001:db8::1",
        "route 192.0.2.0/30",
    ],
)
def test_a_keyword_in_front_of_a_target_is_no_host(line: str, tmp_path: Path) -> None:
    problems = wrong(tmp_path, f"{line}\n", PORTS)
    assert "names no port and stands in front of a target; write # in front of a comment" in problems[-1]


def test_names_in_front_of_targets_are_hosts(tmp_path: Path) -> None:
    text = "localhost 127.0.0.1\ndb1 192.0.2.1\nwww.example.com 192.0.2.2\nauth key\n"
    assert len(taken(tmp_path, text, PORTS)) == 8


def test_comments_may_be_those_of_other_tools(tmp_path: Path) -> None:
    text = "; list of hosts\n// 192.0.2.9\n  ;192.0.2.8\n192.0.2.1:22\n192.0.2.2:22; 192.0.2.3:22\n"
    assert looks(tmp_path, text) == "text"
    assert taken(tmp_path, text) == ["4:1 192.0.2.1:22", "5:1 192.0.2.2:22", "5:15 192.0.2.3:22"]


def test_port_0_is_told_as_such(tmp_path: Path) -> None:
    problems = wrong(tmp_path, "192.0.2.1:0\n")
    assert problems[-1] == "1:1: port 0 is out of range; write a port from 1 to 65535"


def test_output_of_arp_is_named(tmp_path: Path) -> None:
    text = "? (192.0.2.1) at 00:00:5e:00:53:01 [ether] on eth0\n"
    for wish in (InputWish(), PORTS):
        [problem] = wrong(tmp_path, text, wish)
        assert problem == "1:1: the file is output of arp -a, not a list; write the addresses alone, one a line"
