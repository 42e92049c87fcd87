"""Every error says something, and none shows a password: for any text, wherever it is written.

The inputs are what a hostile or a tired user types: hypothesis's, and lists of what has gone wrong before.
"""

import contextlib
import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import scanner
from scanner.api.traces import plan_to_trace
from scanner.cli.app import run_command
from scanner.cli.status import guarded
from scanner.errors import ScannerError, TargetError
from scanner.targets.entry import Settings
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.grammar.parsers import parse_excludes, parse_host, parse_ports, parse_target
from scanner.targets.grammar.single_values import parse_addresses, parse_duration, parse_expect, parse_retries
from scanner.targets.make_plan import excludes_from, plan_from_args, plan_from_sweep
from scanner.words.user_info import hidden, masked

Read = Callable[[str], object]

ODD = [
    "", " ", "\t", "\n", "\0", "-", "--", ".", "..", "/", "//", "://", "a://", "://a", "a://:1", "a:///b",
    "http://", "@", "a@",
    "@a", "@@", ":", "::", ":::", "[", "]", "[]", "[]:1", "[:]", "[::]", "*", "*:", "**", ",", ",,", ";", "%", "#",
    "#a",
    "jdbc:mysql://db1:3306/x", "jdbc:oracle:thin:@//db1:1521/x", "file:///etc/hosts", "unix:///run/x.sock", "http:db1",
    "mailto:bob@db1", "http://[", "http://[]", "http://]/", "http://::1/", "http://a:b", "http://a:99999", "http://a:0",
    "http://a b", "http://\u200b", "tcp/80", "53/udp", "80\u201390", "\u2013", "\u200c", "\ud800", "\U0001f600", "\x7f",
    "\ufeff", "0/0", "1e400", "nan", "9" * 400, "a" * 400, "[" * 400, ":" * 400, "@" * 400, "://" * 100, "\u00df",
    "\u0130",
]  # fmt: skip

PARSERS: dict[str, Read] = {
    "host": parse_host,
    "target": parse_target,
    "excludes": parse_excludes,
    "ports": parse_ports,
    "duration": parse_duration,
    "retries": parse_retries,
    "expect": parse_expect,
    "addresses": parse_addresses,
    "scan": lambda text: plan_from_args([text], Settings()),
    "scan -p": lambda text: plan_from_args([text], Settings(ports=(22,))),
    "sweep": lambda text: plan_from_sweep([text], "22", Settings()),
    "sweep -p": lambda text: plan_from_sweep(["a"], text, Settings()),
    "trace": lambda text: plan_to_trace([text]),
    "--exclude": lambda text: excludes_from([text]),
    "--exclude-file": lambda text: excludes_from([], ["/nowhere/" + text]),
    "Target": lambda text: scanner.scan([scanner.Target(text, 1)]),
    "library sweep": lambda text: scanner.sweep(text, text),
    "load_targets": lambda text: scanner.load_targets("/nowhere/" + text),
    "source": lambda text: scanner.scan([scanner.Target("a", 1)], source=text),
    "no Target": lambda text: scanner.scan([text]),  # type: ignore[list-item]
}


#: What is no host, and so has user info only where it is a URL.
PATHS = {"--exclude-file", "load_targets", "source"}


def problems_of(read: Read, text: str) -> list[str]:
    try:
        read(text)
    except TargetError as error:
        return list(error.problems) or ["no problem, but an error"]
    except ScannerError as error:
        return [str(error)]
    return []


def check_words(problem: str) -> None:
    """It says what is wrong in some words, and has no hole where they should be."""
    assert len(re.findall(r"[A-Za-z]{2,}", re.sub(r'"[^"]*"', "", problem))) >= 3, problem
    assert problem.strip() == problem
    assert not re.search(r"(\A|: )[:;(]|;;|: ?;|\(\)", re.sub(r"""("|').*?\1""", "x", problem)), problem
    assert problem.isprintable()


@pytest.mark.parametrize("read", PARSERS.values(), ids=PARSERS)
def test_what_has_gone_wrong_before_is_told_in_words(read: Read) -> None:
    for text in ODD:
        for problem in problems_of(read, text):
            check_words(problem)


@pytest.mark.parametrize("read", PARSERS.values(), ids=PARSERS)
@given(st.text(max_size=30) | st.text(alphabet="a1:/@[].-,%*# \t\u2013\u200c", max_size=12))
def test_any_text_is_told_in_words(read: Read, text: str) -> None:
    for problem in problems_of(read, re.sub("[\"':]+(?= |$)|[\"'()]", "x", text)):  # what would look like our own
        check_words(problem)


def of_file(read: Callable[[str], object], line: str) -> Read:
    """Reads a file with the text in a line of its own (what ends lines is another matter)."""

    def reads(text: str) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "list.yaml")
            path.write_text(line.replace("%s", text), encoding="utf-8", errors="surrogatepass")
            return read(str(path))

    return reads


FILES: dict[str, Read] = {
    "host file": of_file(read_hosts, "127.0.0.1\n%s\n"),
    "exclude file": of_file(read_excludes, "127.0.0.1\n%s\n"),
    "short form": of_file(scanner.load_targets, "targets:\n- %s\n"),
    "quoted": of_file(scanner.load_targets, 'targets:\n- "%s"\n'),
    "single quotes": of_file(scanner.load_targets, "targets:\n- '%s'\n"),
    "flow": of_file(scanner.load_targets, "targets: [%s]\n"),
    "host:": of_file(scanner.load_targets, "targets:\n- host: %s\n  port: 22\n"),
    "hosts:": of_file(scanner.load_targets, "targets:\n- hosts:\n  - '%s'\n  port: 22\n"),
    "port:": of_file(scanner.load_targets, "targets:\n- host: a\n  port: '%s'\n"),
    "exclude:": of_file(scanner.load_targets, "targets: ['a:1']\nexclude: ['%s']\n"),
    "a key": of_file(scanner.load_targets, "targets:\n- %s: 22\n"),
    "a key of the file": of_file(scanner.load_targets, "'%s': 1\n"),
    "a key without a value": of_file(scanner.load_targets, "targets:\n- '%s':\n"),
    "timeout": of_file(scanner.load_targets, "targets:\n- {host: a, port: 1, timeout: '%s'}\n"),
    "expect": of_file(scanner.load_targets, "targets:\n- {host: a, port: 1, expect: '%s'}\n"),
    "version": of_file(scanner.load_targets, "version: '%s'\ntargets: ['a:1']\n"),
    "no YAML": of_file(scanner.load_targets, "targets: [%s\n"),
    "plain text": of_file(scanner.load_targets, "%s\n"),
    "a host of a table": of_file(scanner.load_targets, 'host,port\n"%s",22\n'),
    "a host without a port": of_file(scanner.load_targets, 'host,port\n"%s",\n'),
    "a port of a table": of_file(scanner.load_targets, 'host,port\na,"%s"\n'),
    "a first port": of_file(scanner.load_targets, 'host,from_port,to_port\na,"%s",9\n'),
    "a protocol": of_file(scanner.load_targets, 'host,port,protocol\na,1,"%s"\n'),
    "an action": of_file(scanner.load_targets, 'host,port,action\na,1,"%s"\n'),
    "a rule's timeout": of_file(scanner.load_targets, 'host,port,timeout\na,1,"%s"\n'),
    "a rule's source": of_file(scanner.load_targets, 'host,port,source\na,0,"%s"\n'),
    "a head": of_file(scanner.load_targets, '"%s";kiste\nweb;80\n'),
    "file_sd": of_file(scanner.load_targets, "- targets: ['%s']\n"),
}
#: Both halves of a password; what stands between them is what parsers stumble over.
FIRST, SECOND = "s3cr3tOne", "s3cr3tTwo"
BETWEEN = [
    "", "@", ":", "/", "?", "#", "%40", "%2F", ",", ";", "\\", " ", "'", '"', "[", "]", "@@", "!", "\uff20", "..", "+",
]  # fmt: skip
AROUND = [
    "https://user:{}@db1/",
    "https://user:{}@db1:8443/x?y=z",
    "postgresql://user:{}@db1,db2:5433/x",
    "jdbc:mysql://user:{}@db1:3306/x",
    "redis://:{}@[::1]:6379",
    "amqp://user:{}@db1",
    "weird+thing://user:{}@db1",
    "https://user:{}@",
    "https://user:{}@db1/t.yaml",
    "user:{}@db1:22",
    "user:{}@db1",
    "{}@db1",
    "//user:{}@db1:80",
    "jdbc:oracle:thin:user/{}@//db1:1521/x",
    "https://user:{}@10.0.0.256:99999",
]
SECRETS = [around.format(FIRST + between + SECOND) for around in AROUND for between in BETWEEN]
#: In YAML and behind a # only a scheme tells that there is user info on both sides of what takes a text apart.
IN_FILES = [text for text in SECRETS if "://" in text or not set(text) & set(" #,'\"[]\\;")]


def check_secret(problem: str) -> None:
    assert FIRST not in problem
    assert SECOND not in problem


@pytest.mark.parametrize("name", PARSERS)
def test_no_password_is_shown(name: str) -> None:
    read = PARSERS[name]
    for text in SECRETS if name not in PATHS else (text for text in SECRETS if "://" in text):
        for problem in problems_of(read, text):
            check_secret(problem)
            check_words(problem)


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("number", "read"), [*enumerate(FILES.values())], ids=FILES)
def test_no_password_of_a_file_is_shown(number: int, read: Read, every: int) -> None:
    """Each kind of file has its part of the texts, so that all come up; in the slow run each has them all."""
    for text in IN_FILES[number % every :: every]:
        for problem in problems_of(read, text):
            check_secret(problem)
            check_words(problem)


@pytest.mark.parametrize("name", [*PARSERS, "host file", "quoted"])
@given(st.sampled_from(AROUND), st.text(alphabet="a0@:/?#%,;[] .-\u2013\u200b", max_size=6))
def test_no_password_is_shown_whatever_it_holds(name: str, around: str, between: str) -> None:
    if "://" not in around and (name in PATHS or " #" in between or "://" in between):
        return
    for problem in problems_of({**PARSERS, **FILES}[name], around.format(FIRST + between + SECOND)):
        check_secret(problem)


CALLS = [
    ["scan", "%s"], ["scan", "%s", "--dry-run"], ["scan", "%s", "-p", "22"], ["sweep", "%s", "-p", "22"], ["trace",
    "%s"],
    ["sweep", "127.0.0.1", "-p", "%s"], ["scan", "127.0.0.1:1", "--exclude", "%s"],
    ["scan", "127.0.0.1:1", "--exclude-file", "%s"], ["sweep", "-i", "%s", "-p", "1"], ["%s"], ["%s", "--help"],
    ["scan", "127.0.0.1:1", "-S", "%s"], ["scan", "127.0.0.1:1", "-t", "%s"], ["scan", "127.0.0.1:1", "--expect", "%s"],
    ["scan", "127.0.0.1:1", "-f", "%s"], ["scan", "127.0.0.1:1", "--only", "%s"], ["scan", "127.0.0.1:1",
    "--poller", "%s"],
    ["scan", "127.0.0.1:1", "-o", "/nowhere/%s"], ["trace", "127.0.0.1:1", "-o", "/nowhere/%s"],
    ["scan", "127.0.0.1:1", "-o", "json:/nowhere/%s"], ["scan", "127.0.0.1:1", "--%s"], ["sweep", "a,%s", "-p", "1"],
    ["scan", "127.0.0.1:1", "--exclude", "127.0.0.9,%s"], ["trace", "--max-hops", "%s", "127.0.0.1:1"],
]  # fmt: skip


#: Where no host is written, a URL alone shows that there is user info.
NOT_FOR_HOSTS = {
    "-i", "--exclude-file", "--only", "--%s", "-o",
}  # fmt: skip


def said(*words: str) -> tuple[int, str]:
    """Runs it here (nothing is sent: every call is wrong): status, and all that was printed."""
    streams = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        status = guarded(lambda: run_command(list(words)))
    return status, "".join(stream.getvalue() for stream in streams)


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("call", CALLS, ids=[" ".join(call) for call in CALLS])
def test_no_password_of_the_command_line_is_shown(call: list[str], every: int) -> None:
    for text in SECRETS[CALLS.index(call) % every :: every]:
        if "://" not in text and set(call) & NOT_FOR_HOSTS:
            continue  # no URL, no host: nothing says that this is user info
        status, printed = said(*(word.replace("%s", text) for word in call))
        assert status == 2, printed
        check_secret(printed)
        assert "Traceback" not in printed
        assert not re.search(r"error: +[(;:]", printed)


#: A URL, and what `scan` and `trace` take instead: the port written, else the scheme's own.
URLS = [
    ("https://db1", "db1:443"), ("http://db1/x", "db1:80"), ("HTTPS://db1/", "db1:443"), ("http://db1:8080/x?y#z",
    "db1:8080"),
    ("ssh://root@db1", "db1:22"), ("sftp://db1", "db1:22"), ("git+ssh://git@db1/x", "db1:22"), ("ftp://db1", "db1:21"),
    ("ftps://db1", "db1:990"), ("postgres://u:p@db1/x", "db1:5432"), ("postgresql://db1:5433/x", "db1:5433"),
    ("postgresql+psycopg2://u:p@db1/x", "db1:5432"), ("mysql://db1", "db1:3306"), ("jdbc:mysql://db1:3306/x",
    "db1:3306"),
    ("jdbc:mysql://db1/x", "db1:3306"), ("jdbc:postgresql://db1/x", "db1:5432"), ("mariadb://db1", "db1:3306"),
    ("jdbc:sqlserver://db1;databaseName=x", "db1:1433"), ("jdbc:sqlserver://db1:1444;user=a", "db1:1444"),
    ("redis://:p@db1/0", "db1:6379"), ("rediss://db1", "db1:6379"), ("amqp://db1/vhost", "db1:5672"),
    ("amqps://db1", "db1:5671"),
    ("ldap://db1/dc=x", "db1:389"), ("ldaps://db1", "db1:636"), ("mongodb://u:p@db1/x", "db1:27017"), ("mqtt://db1",
    "db1:1883"),
    ("smtp://db1", "db1:25"), ("imaps://db1", "db1:993"), ("ws://db1/x", "db1:80"), ("wss://db1/x", "db1:443"),
    ("tcp://db1:2375", "db1:2375"), ("https://[::1]/x", "[::1]:443"), ("http://[::1]:8080/x", "[::1]:8080"),
    ("https://127.0.0.1", "127.0.0.1:443"), ("https://db1.example.net.", "db1.example.net.:443"), ("http://db1:/x",
    "db1:80"),
    ("https://u:p%40ss@db1/", "db1:443"), ("https://p@ss@db1", "db1:443"), ("https://medium.com/@user/x",
    "medium.com:443"),
    ("nfs://db1/export", "db1:2049"), ("rdp://db1", "db1:3389"), ("vnc://db1:5901", "db1:5901"),
    ("//db1:80/x", "db1:80"), ("jdbc:oracle:thin:@//db1:1521/x", "db1:1521"), ("https://db1/t.yaml", "db1:443"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "place"), URLS)
def test_a_url_is_told_its_host_and_port(url: str, place: str) -> None:
    for command in (["scan"], ["scan", "--dry-run"], ["trace"]):
        status, printed = said(*command, url)
        assert status == 2
        assert re.search(rf"write {re.escape(place)}(?!\S)", printed), printed
        assert "there is no such file" not in printed
    assert said("scan", "--dry-run", place)[0] == 0


def test_a_url_without_a_port_of_its_own() -> None:
    assert "write db1:PORTS" in said("scan", "tcp://db1")[1]
    assert "write db1:PORTS" in said("scan", "mongodb+srv://db1/x")[1]


def test_a_url_of_several_hosts() -> None:
    _, printed = said("scan", "postgresql://u:p@db1,db2:5433,[::1]/x")
    assert "write each alone: db1:5432 and db2:5433 and [::1]:5432" in printed


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (["sweep", "http://[::1]:8080/x", "-p", "22"], ["write ::1 here", "-p 8080", "write [::1]:8080"]),
        (["sweep", "https://db1/", "-p", "22"], ["write db1 here", "-p 443", "write db1:443"]),
        (["scan", "db1:1", "--exclude", "https://db2/"], ["write db2:443, or db2 for all ports"]),
        (["sweep", "db1", "-p", "https://db1"], ["write 443"]),
        (["https://db1/"], ["scanner scan", "write db1:443"]),
    ],
)
def test_a_url_elsewhere(call: list[str], words: list[str]) -> None:
    status, printed = said(*call)
    assert status == 2
    assert all(word in printed for word in words), printed


@example("https://u:p@db1")
@given(st.text(max_size=40))
def test_masking(text: str) -> None:
    """Twice is once; what has no @ in a URL stays; and the net catches what the finer one does."""
    assert masked(masked(text)) == masked(text)
    assert hidden(hidden(text)) == hidden(text)
    if "@" not in text and "://" not in text and not set("\uff20\ufe6b") & set(text):
        assert masked(text) == hidden(text) == text


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("https://u:p@db1/x", "https://***@db1/..."),
        ("https://db1/", "https://db1/"),
        ("https://db1:80", "https://db1:80"),
        ("https://db1/?password=p", "https://db1/..."),
        ("jdbc:sqlserver://db1;password=p", "jdbc:sqlserver://db1;..."),
        ("https://u:p/w@db1", "https://***@db1"),
        ("https://u:p", "https://***"),
        ("https://u:p%40db1", "https://***"),
        ("u:p@db1:22", "***@db1:22"),
        ("p@ss@db1", "***@db1"),
        ("db1:22", "db1:22"),
        ("user:p://w@db1", "***@db1"),
    ],
)
def test_how_a_word_is_shown(word: str, shown: str) -> None:
    assert hidden(word) == shown


def test_every_error_goes_through_the_net() -> None:
    for kind in (ScannerError, TargetError):
        error = kind("the URL https://u:p w@db1 and https://v:q@db2", "https://u:p@db1")
        assert "p" not in "".join(map(str, error.args)).replace("https", "").replace("https", "")
    assert masked("a line\nhttps://u:p@db1 x\nbob@db1") == "a line\nhttps://***@db1 x\nbob@db1"


ELSEWHERE = [
    *(["sweep", "127.0.0.1", "-p", "1", option, f"u:{FIRST}@h"] for option in ("-S", "-c", "--rate", "-t", "-i", "-f")),
    *(["sweep", "127.0.0.1", "-p", "1", option, f"u:{FIRST}@h"] for option in ("--poller", "--exclude-file", "--only")),
    ["scan", f"jdbc:mysql://(host=a,port=3306,user=u,password={FIRST})/db"],
    ["trace", "127.0.0.1:1", "--max-hops", f"u:{FIRST}@h"],
    ["scan", f"u:{FIRST}@h.yaml"],
]


@pytest.mark.parametrize("call", ELSEWHERE, ids=map(" ".join, ELSEWHERE))
def test_no_user_info_is_shown_where_no_host_is_written(call: list[str]) -> None:
    """And without `://` in front of it."""
    status, printed = said(*call)
    assert status == 2, printed
    assert FIRST not in printed
