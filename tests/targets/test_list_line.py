"""Lines of a host or exclude list with several words: other tools' lists, and what must not turn into several hosts."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.grammar.addresses import address_text
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host, HostName
from tests.targets.test_loading import bytecodes

Read = Callable[[str], Sequence[object]]
BOTH = pytest.mark.parametrize("read", [read_hosts, read_excludes])

#: As its users write them: -iL, --allowlist-file, --includefile.
NMAP = "# the old ones\n192.0.2.1 192.0.2.2\tdb1.example.net\n\n  192.0.2.64/29   web[1-2]# two\n192.0.2.9 #last\n"
ZMAP = "192.0.2.0/25   # RFC5737: Documentation (TEST-NET-1)\n198.51.100.7# no blank\n#203.0.113.0/24\n"
MASSCAN = (
    "# ours\n; 203.0.113.9\n// left out\n192.0.2.0-192.0.2.15, 192.0.2.64/29\n"
    "198.51.100.1,198.51.100.2,\n2001:db8::1 [2001:db8::2]\n198.51.100.9 // spare\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: str) -> str:
    Path("list").write_text(text)
    return "list"


def told(read: Read, text: str) -> list[str]:
    with pytest.raises(TargetError) as caught:
        read(written(text))
    return [problem.removeprefix("list:") for problem in caught.value.problems]


def spelled(host: Host) -> str:
    if isinstance(host, HostName):
        return host.text
    first, last = (address_text(host.family, number) for number in (host.first, host.last))
    return first if first == last else f"{first}-{last}"


def named(found: Sequence[Host | Exclude]) -> list[str]:
    hosts = [host for each in found for host in ((each.hosts or ()) if isinstance(each, Exclude) else (each,))]
    return [spelled(host) for host in hosts]


@BOTH
@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        (NMAP, ["192.0.2.1", "192.0.2.2", "db1.example.net", "192.0.2.64-192.0.2.71", "web1", "web2", "192.0.2.9"]),
        (ZMAP, ["192.0.2.0-192.0.2.127", "198.51.100.7"]),
        (MASSCAN, [
            "192.0.2.0-192.0.2.15", "192.0.2.64-192.0.2.71", "198.51.100.1", "198.51.100.2", "2001:db8::1",
            "2001:db8::2", "198.51.100.9",
        ]),
        ("192.0.2.1 db1.example.net db1\n", ["192.0.2.1", "db1.example.net", "db1"]),
        ("a\tb\r\nc  d \r\n", ["a", "b", "c", "d"]),
        ("192.0.2.0/24 255.255.255.255\n", ["192.0.2.0-192.0.2.255", "255.255.255.255"]),
        ("is\nssh\n255.255.255.0\n", ["is", "ssh", "255.255.255.0"]),
        ("ssh db1\n", ["ssh", "db1"]),
        ("db1 db2 db3\n", ["db1", "db2", "db3"]),
    ],
    ids=["nmap", "zmap", "masscan", "hosts-like", "CRLF", "broadcast", "alone", "service first", "series"],
)  # fmt: skip
def test_lists_that_people_have(read: Callable[[str], Sequence[Host | Exclude]], text: str, hosts: list[str]) -> None:
    assert named(read(written(text))) == hosts


def test_excludes_with_ports() -> None:
    found = read_excludes(written("10.0.0.1:22 *:25,80\t[::1]:22, 10.0.0.9 # x\n"))
    assert [each.ports for each in found] == [(22,), (25, 80), (22,), None]


#: Lines that are one thing, or no list at all; where it is told, and what to write in a list of hosts and of excludes.
ONE_THING = [
    ("10.0.0.1 - 10.0.0.50", "1:1", "write 10.0.0.1-10.0.0.50", "write 10.0.0.1-10.0.0.50"),
    ("10.0.0.1 -10.0.0.50", "1:1", "write 10.0.0.1-10.0.0.50", "write 10.0.0.1-10.0.0.50"),
    ("10.0.0.1- 10.0.0.50", "1:1", "write 10.0.0.1-10.0.0.50", "write 10.0.0.1-10.0.0.50"),
    ("10.0.0.1 to 10.0.0.50", "1:10", "write 10.0.0.1-10.0.0.50", "write 10.0.0.1-10.0.0.50"),
    ("db1 10.0.0.1 - 10.0.0.50", "1:14", "write 10.0.0.1-10.0.0.50", "write 10.0.0.1-10.0.0.50"),
    ("10.0.0.0 /24", "1:1", "write 10.0.0.0/24", "write 10.0.0.0/24"),
    ("10.0.0.0 255.255.255.0", "1:1", "write 10.0.0.0/24", "write 10.0.0.0/24"),
    ("10.0.0.0\t0.0.0.255", "1:1", "write 10.0.0.0/24", "write 10.0.0.0/24"),
    ("10.0.0.0 255.255.255.0:22", "1:1", "write 10.0.0.0/24 here", "write 10.0.0.0/24:22"),
    ("db1 10.0.0.0 255.255.255.0", "1:14", "write 10.0.0.0/24", "write 10.0.0.0/24"),
    ("db1 255.255.255.0", "1:5", "looks like a netmask", "looks like a netmask"),
    ("localhost 22", "1:1", "-p 22", "write localhost:22"),
    ("localhost 22,80", "", "-p 22,80", "write localhost:22,80"),
    ("localhost 22 80", "1:1", "-p 22,80", "write localhost:22,80"),
    ("db1 db2 22", "1:9", "-p 22", "write db2:22"),
    ("22", "1:1", "write -p 22", "write HOST:22, or *:22 for any host"),
    ("10.0.0.1 ssh", "1:10", "write -p ssh if it is a port, and if it is a host, a line", "write 10.0.0.1:ssh if"),
    ("10.0.0.1 is alive", "1:10", "write # in front of a comment", "write # in front of a comment"),
    ("10.0.0.1 and 10.0.0.2", "1:10", "write # in front of a comment", "write # in front of a comment"),
    ("10.0.0.1; 10.0.0.2", "1:1", "write a blank between hosts", "write a blank between hosts"),
    ("10.0.0.1 ; gone", "1:10", "# before a comment", "# before a comment"),
    ("db1 - gone", "1:5", "# before a comment", "# before a comment"),
    ("10.0.0.1 ;", "1:10", '";" is not a host', '";" is not a host'),
    ("10.0.0.1|10.0.0.2", "1:1", "holds a |; write a blank", "holds a |; write a blank"),
    ("db1 !10.0.0.5", "1:5", "write --exclude 10.0.0.5", "write 10.0.0.5 if it is to be left out"),
    ("10.0.0.1-5,7", "1:1", "10.0.0.1-5 and 10.0.0.7, or 10.0.0.1-5 here", "10.0.0.1-5 and 10.0.0.7, or 10.0.0.1-5:7"),
    ("db1 10.0.0.1,22", "1:5", "10.0.0.1 and 10.0.0.22, or 10.0.0.1 here", "10.0.0.1 and 10.0.0.22, or 10.0.0.1:22"),
    ("10.0.0-1.1-5 db1", "1:1", "write 10.0.[0-1].[1-5]", "write 10.0.[0-1].[1-5]"),
    ("db1 10.0.*.1", "1:5", "write 10.0.[0-255].1", "write 10.0.[0-255].1"),
    ("10.0.0-1.-5", "1:1", "10.0.0.1-50, or 10.0.0.1-10.0.1.20, or 10.0.", "10.0.0.1-50, or 10.0.0.1-10.0.1.20, or"),
]


@pytest.mark.parametrize(("line", "place", "host", "exclude"), ONE_THING, ids=[line for line, *_ in ONE_THING])
def test_what_was_one_thing_does_not_turn_into_several(line: str, place: str, host: str, exclude: str) -> None:
    for read, write in ((read_hosts, host), (read_excludes, exclude)):
        (problem,) = told(read, line + "\n")
        assert problem.startswith(f"{place}: " if place else "1:")
        assert write in problem


def test_commas_separate_addresses_only_where_hosts_are_listed() -> None:
    """A table (`name,address`) is not a list of hosts; to excludes commas have always been known."""
    assert told(read_hosts, "10.0.0.1,db1\n") == [
        '1:10: "db1" is a name, and only addresses stand between commas; write blanks instead'
    ]
    assert named(read_excludes(written("10.0.0.1,db1\n"))) == ["10.0.0.1", "db1"]
    assert "where the colon belongs" in told(read_hosts, "10.0.0.1,22\n")[0]


def test_every_wrong_word_has_its_place() -> None:
    assert [problem.split(": ")[0] for problem in told(read_hosts, "a!b c:22\td\n x 10.0.0.300,10.0.0.1\n")] == [
        "1:1", "1:5", "2:4",
    ]  # fmt: skip


@BOTH
@pytest.mark.parametrize(
    "line", ["u:pa ss #x@10.0.0.1", "a u:pa ss #x@h b", "u:pa # x@h", "a! #pass@h", "db1 u:pa # x@h"]
)
def test_a_password_with_a_blank_before_its_hash_is_not_shown(read: Read, line: str) -> None:
    (problem,) = told(read, f"ok\n{line}\n")
    assert problem.startswith("2:1: the line holds an @, in front of which may be a password; write hosts without")
    assert "pa" not in problem.partition("; ")[0].replace("password", "")


def test_a_comment_with_an_address_of_mail_is_one() -> None:
    assert named(read_hosts(written("10.0.0.1 #joe@example.net\n"))) == ["10.0.0.1"]
    (problem,) = told(read_hosts, "db1:22 # ask joe@example.net\n")
    assert "write db1 here, and the port with -p 22" in problem


@BOTH
@pytest.mark.parametrize("line", ["a u:se cret@h b", "a http://u:se cret@h/ b", "a b u:se#cret@h", "u:se cret@h"])
def test_no_part_of_a_password_is_shown(read: Read, line: str) -> None:
    (problem,) = told(read, f"ok\n{line}\n")
    assert "***@h" in problem
    assert "u:se" not in problem
    assert "cret" not in problem


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("#masscan\nopen tcp 80 192.0.2.1 1700000000\nopen tcp 443 192.0.2.1 1700000000\n# end\n", "masscan (-oL)"),
        ("# Nmap 7.94\nHost: 192.0.2.1 (db1)\tStatus: Up\n", "nmap (-oG)"),
        ("Nmap scan report for 192.0.2.1\nHost is up.\n", "nmap (-oN)"),
        ('<?xml version="1.0"?>\n<nmaprun>\n', "XML"),
        ('[\n{"ip": "192.0.2.1"}\n]\n', "JSON"),
        ('{"targets": []}\n', "JSON"),
        ("version: 1\ntargets:\n- db1:22\n", "YAML"),
        ("- db1\n- db2\n", "YAML"),
        ("# mine\nrange = 10.0.0.0/24\nrate = 100\nports = 80\n", "configuration of masscan"),
        ("rate =     1000.00\nrandomize-hosts = true\n", "configuration of masscan"),
    ],
)
def test_another_kind_of_file_is_told_once(text: str, what: str) -> None:
    for read, write in ((read_hosts, "scanner scan"), (read_excludes, "write the addresses alone")):
        (problem,) = told(read, text)
        assert f"{what}, not a list of hosts; " in problem or f"in {what}, not a list of hosts; " in problem
        assert write in problem


def test_where_only_open_ports_are_read_that_is_told() -> None:
    """`scan` has nothing to probe where a report only says which hosts are up."""
    for text in ("# Nmap 7.94\nHost: 192.0.2.1 (db1)\tStatus: Up\n", '<?xml version="1.0"?>\n<nmaprun>\n'):
        (problem,) = told(read_hosts, text)
        again = "to probe what was open, write scanner scan FILE; for other ports, write the addresses alone"
        assert problem.endswith(again)


TWO_COLUMNS = "192.0.2.1   web-a.example.net\n192.0.2.2   web-b.example.net web-b\n"
HOSTS_FILE = "127.0.0.1\tlocalhost\n::1 localhost ip6-localhost\n192.0.2.1 db1.example.net db1 # ours\n"


def test_a_hosts_file_is_not_a_list_to_probe() -> None:
    """A resolver may have other addresses for its names, and these would be probed, or the same twice; left out they
    may be."""
    for text in (HOSTS_FILE, TWO_COLUMNS):
        (problem,) = told(read_hosts, text)
        assert problem.startswith("1:1: the file looks like a hosts file, an address and its names a line; leave one")
        assert problem.endswith("write scanner scan FILE --input-format hosts -p PORTS")
    assert len(read_excludes(written(HOSTS_FILE))) == 8
    for other in ("127.0.0.1 localhost\n", HOSTS_FILE + "192.0.2.7\n", "192.0.2.1 192.0.2.2\n" * 2):
        assert read_hosts(written(other))
    no_hosts = ("is alive", "a sentence"), ("u. 192.0.2.2", "a sentence"), ("ssh", "a host or a port")
    for other, what in no_hosts:
        assert what in told(read_hosts, f"192.0.2.1 {other}\n" * 2)[0]


def test_a_line_that_names_a_file(folder: Path) -> None:
    """Its words are not looked up, although neither is a file."""
    (folder / "two words").write_text("10.0.0.1\n")
    (folder / "two w!rds").write_text("10.0.0.1\n")
    for read, option in ((read_hosts, "-i"), (read_excludes, "--exclude-file")):
        (problem,) = told(read, "two words # of a list\n")
        assert f'{option} "two words"' in problem
        assert read(written("two other words\n"))
        assert len(told(read, "two w!rds\n")) == 1


@BOTH
def test_the_first_fifty_mistakes_are_told_and_the_rest_counted(read: Read) -> None:
    problems = told(read, "a!b 10.0.0.1\n" * 30 + "c?d\te?f\n" * 30)
    assert len(problems) == 51
    assert problems[0].startswith("1:1: ")
    assert problems[-1] == " and 40 more"


@BOTH
@pytest.mark.parametrize("text", ["10.0.0.1 ", "a, ", "a ", " ", ",", ";", "a;"])
def test_a_long_line_takes_no_longer_than_its_length(read: Read, text: str) -> None:
    def attempted(count: int) -> int:
        written(f"x!y{text * count}z\n")

        def attempt() -> None:
            with suppress(TargetError):
                read("list")

        return bytecodes(attempt)

    assert attempted(400) < 15 * attempted(40)
