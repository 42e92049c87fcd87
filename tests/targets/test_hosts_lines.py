"""/etc/hosts, where it is asked for: its addresses are the targets, its names are not."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.scanned import looks, taken, warned, wrong

ASKED = InputWish(format="hosts", ports_given=True)


def test_addresses_are_targets_and_first_names_their_names(tmp_path: Path) -> None:
    named = "127.0.0.1\tlocalhost\n\n192.0.2.1 db1.example.net db1 # old\n  2001:db8::1\twww.example.com\r\n"
    text = f"# servers\n{named}192.0.2.9\n"
    assert looks(tmp_path, text) != "hosts"
    assert taken(tmp_path, text, ASKED) == [
        '2:1 127.0.0.1 "localhost"',
        '4:1 192.0.2.1 "db1.example.net"',
        '5:3 2001:db8::1 "www.example.com"',
        "6:1 192.0.2.9",
    ]


def test_an_address_is_taken_once(tmp_path: Path) -> None:
    text = "2001:db8::a a\n2001:DB8::A b\n"
    assert taken(tmp_path, text, ASKED) == ['1:1 2001:db8::a "a"']
    assert warned(tmp_path, text, ASKED) == "1 line left out whose address stands in a line above them"


def test_lines_that_lead_nowhere_are_never_probed(tmp_path: Path) -> None:
    text = "0.0.0.0 ads.example.org\n::\ttracker.example.org\n192.0.2.1 a\n"
    assert taken(tmp_path, text, ASKED) == ['3:1 192.0.2.1 "a"']
    assert warned(tmp_path, text, ASKED) == "2 lines with the address 0.0.0.0 or :: left out: it is never probed"
    problems = wrong(tmp_path, "0.0.0.0 ads.example.org\n", ASKED)
    assert "1:1: 1 line with the address 0.0.0.0 or :: left out: it is never probed" in problems


def test_addresses_of_many_hosts_are_left_out(tmp_path: Path) -> None:
    text = "ff02::1 ip6-allnodes\n255.255.255.255 broadcasthost\n224.0.0.1 all\n192.0.2.1 a\n"
    assert taken(tmp_path, text, ASKED) == ['4:1 192.0.2.1 "a"']
    assert "3 items that TCP cannot verify left out" in warned(tmp_path, text, ASKED)


def test_an_interface_must_be_one_of_this_host(tmp_path: Path) -> None:
    assert taken(tmp_path, "fe80::1%lo a\n", ASKED) == ['1:1 fe80::1 "a"']
    assert 'has no interface "nosuch0"' in wrong(tmp_path, "fe80::1%nosuch0 a\n", ASKED)[0]


def test_ports_come_from_the_command_line(tmp_path: Path) -> None:
    [problem] = wrong(tmp_path, "192.0.2.1 a\n192.0.2.2 b\n", ASKED._replace(ports_given=False))
    assert problem == "1:1: a hosts file names no ports; add -p PORTS, such as -p 22,443"


@pytest.mark.parametrize("line", ["db1 192.0.2.1", "192.0.2.300 a", "192.0.2.0/24 a", "192.0.2.1:22 a", "010.0.0.1 a"])
def test_lines_without_an_address_are_mistakes(line: str, tmp_path: Path) -> None:
    problem = wrong(tmp_path, f"192.0.2.1 a\n{line}\n", ASKED)[-1]
    assert problem.startswith("2:1: ")
    assert "is not an address; a line of a hosts file is an address and its names" in problem


@pytest.mark.parametrize("ports_given", [False, True])
def test_as_plain_text_it_is_refused(ports_given: bool, tmp_path: Path) -> None:
    """Its names would be resolved and probed."""
    text = "127.0.0.1 localhost\n192.0.2.1 db1.example.net db1\n192.0.2.2 mysql\n"
    wish = InputWish(ports_given=ports_given)
    [problem] = wrong(tmp_path, text, wish)
    assert "looks like a hosts file" in problem
    assert "--input-format hosts -p PORTS" in problem
    meant = taken(tmp_path, text, InputWish(format="text", ports_given=True))
    assert meant[:2] == ["1:1 127.0.0.1", "1:11 localhost"]
