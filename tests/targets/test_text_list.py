"""Plain text: what its lines mean, what they must not be taken for, and that no password is shown."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.scanned import looks, taken, wrong

PORTS = InputWish(ports_given=True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("192.0.2.1:22,80", ["192.0.2.1:22,80"]),
        ("db1.example.net 5432", ["db1.example.net:5432"]),
        ("db1\t5432 # replica", ["db1:5432"]),
        ("db1 https", ["db1:443"]),
        ("192.0.2.1 22 80-82", ["192.0.2.1:22,80,81,82"]),
        ("192.0.2.1 - 192.0.2.50 22", ["192.0.2.1-192.0.2.50:22"]),
        ("192.0.2.1 \u2013 192.0.2.50\t22", ["192.0.2.1-192.0.2.50:22"]),
        ("192.0.2.1 8000 - 8002", ["192.0.2.1:8000,8001,8002"]),
        ("192.0.2.1:22, 192.0.2.2:23;db1:24", ["192.0.2.1:22", "192.0.2.2:23", "db1:24"]),
        ("192.0.2.1:443/tcp, db1:80/TCP,81/tcp", ["192.0.2.1:443", "db1:80,81"]),
        ("[2001:db8::1]:22/tcp", ["2001:db8::1:22"]),
        ("192.0.2.0/30:22/tcp", ["192.0.2.0-192.0.2.3:22"]),
        ("192.0.2.1 443 tcp", ["192.0.2.1:443"]),
        ("db1 80,443 TCP db2 22 tcp", ["db1:80,443", "db2:22"]),
        ("192.0.2.1 tcp/443", ["192.0.2.1:443"]),
        ("[2001:db8::1]:22", ["2001:db8::1:22"]),
        ("2001:db8::1 22", ["2001:db8::1:22"]),
        ("http://[2001:db8::1]:8080/", ["2001:db8::1:8080"]),
        ("https://user:pw@www.example.com/a#b ftp://a.example", ["www.example.com:443", "a.example:21"]),
        ("tcp://192.0.2.1:22", ["192.0.2.1:22"]),
        ("192.0.2.0/30:22", ["192.0.2.0-192.0.2.3:22"]),
        ("web[1-2]:22", ["web1,web2:22"]),
    ],
)
def test_a_line_is_read(line: str, expected: list[str], tmp_path: Path) -> None:
    assert looks(tmp_path, f"# list\n\n{line}\n") == "text"
    assert [each.partition(" ")[2] for each in taken(tmp_path, f"# list\n\n{line}\n")] == expected


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("10.0.0.0 255.255.255.0", "has a netmask; write 10.0.0.0/24"),
        ("10.0.0.0 255.255.255.0 22", "has a netmask; write 10.0.0.0/24"),
        ("db1:5432 the orders database", '"the" follows a target in its line, and names no port; write # in front of'),
        ("db1 5432 postgres", '"postgres" follows a target in its line, and names no port'),
        ("db1:22 23", '"db1:22" names its ports already; remove "23"'),
        ("https://db1 8443", 'is a URL, which has a port; remove "8443"'),
        ("tcp://db1", 'names no port, and "tcp" has none of its own'),
        ("udp://db1:53", "is not verifiable by TCP"),
        ("192.0.2.1:53/udp", 'port "53/udp" is not verifiable by TCP'),
        ("192.0.2.1 53 udp", 'port "53/udp" is not verifiable by TCP'),
        ("192.0.2.1 53 tcp 80", '"80" is a number'),
        ("2001:db8::1:443/tcp", "3:1: "),
        ("udp 53", '"udp" is a protocol, not a host; write HOST:PORTS'),
        ("user:s3cret@db1:22", "has user info in front of an @; write db1:22"),
        ("https://user:s3 cret@db1/", "the line holds an @, in front of which may be a password"),
        ("https://user:s3;cret@db1/ db2:22", "the line holds an @, in front of which may be a password"),
        ("22 db1", '"22" is a number'),
    ],
)
@pytest.mark.parametrize("wish", [InputWish(), PORTS])
def test_a_bad_line_says_what_is_wrong(line: str, told: str, wish: InputWish, tmp_path: Path) -> None:
    problems = wrong(tmp_path, f"192.0.2.1:22\n192.0.2.2:22\n{line}\n", wish)
    assert all(problem.startswith("3:") for problem in problems)
    assert told in problems[0]
    assert "s3" not in "".join(problems)


def test_hosts_without_ports_need_them_from_the_command_line(tmp_path: Path) -> None:
    text = "192.0.2.1\n192.0.2.2 db1\n\n2001:db8::1\n"
    assert looks(tmp_path, text) == "text"
    assert taken(tmp_path, text, PORTS) == ["1:1 192.0.2.1", "2:1 192.0.2.2", "2:11 db1", "4:1 2001:db8::1"]
    problems = wrong(tmp_path, text)
    assert problems[0] == "1:1: the file names 3 hosts and no port; add -p PORTS, or write HOST:PORTS in each line"
    assert "is an IPv6 address without brackets" in problems[1]


def test_one_host_without_ports_among_others_is_named(tmp_path: Path) -> None:
    assert wrong(tmp_path, "192.0.2.1:22\n192.0.2.2\n") == [
        "2:1: the target names no port; write HOST:PORTS, or use -p PORTS"
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("The quick brown fox", "reads like part of a sentence; write # in front of a comment"),
        ("192.0.2.1 u. 192.0.2.2", '"u." reads like part of a sentence; write # in front of a comment'),
        ("192.0.2.1 z.B. web1", '"z.B." reads like part of a sentence; write # in front of a comment'),
        ("web1 web2 https", '"https" may be a host or a port; write '),
        ("10.0.0.0 255.255.255.0", "has a netmask"),
    ],
)
def test_words_that_hardly_mean_hosts_are_not_hosts_with_the_command_lines_ports(
    line: str, told: str, tmp_path: Path
) -> None:
    assert told in wrong(tmp_path, f"web1 web2\nweb3.example.net\n{line}\n", PORTS)[0]


PROSE = {
    "ssh config": "Host bastion\n  HostName 192.0.2.1\n  IdentityFile ~/.ssh/id\n\nHost *\n  ProxyJump b\n",
    "known hosts": "db1.example.net ssh-ed25519 AAAAC3NzaC1+aaa=\n|1|abc=|def= ssh-rsa AAAA+b=\n",
    "prose": "This is a file, with words!\nAnd (some) more of them?\n",
    "code": "import sys\nprint(sys.argv)\nx = {}\n",
}


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_what_is_no_list_is_told_in_the_first_line(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) == ""
    first, *_ = wrong(tmp_path, text)
    assert "the file looks like none of the lists that can be read (" in first
    assert "nmap" in first


def test_a_list_with_a_mistake_is_a_list(tmp_path: Path) -> None:
    lines = ["192.0.2.1:22"] * 5 + ["192.0.2.300:22"]
    [problem] = wrong(tmp_path, "\n".join(lines))
    assert problem.startswith('6:1: "192.0.2.300" is not a valid IPv4 address')


@pytest.mark.parametrize(
    "text",
    [
        "host,port\n192.0.2.1,22\n",
        "[web]\nweb1.example.net\n",
        "127.0.0.1 localhost\n192.0.2.1 db1\n",
        '{"url": "http://a.example"}\n',
        "key = value\n",
        "- 192.0.2.1:22\n",
        "name: web\nhost: a\n",
    ],
)
def test_other_lists_are_not_taken_for_it(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) != "text"
