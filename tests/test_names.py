"""Whole runs that resolve names by the C library's own resolver: what a name fails by, and what it does not."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import COMMAND, environment
from tests.nameserver import SERVER, names
from tests.namespace import SILENT, Namespace

#: No thread can be started; `:when=3+` behind it: two can.
NO_THREAD = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=clone,clone3", "-e")
REFUSE = "inject=clone,clone3:error=EAGAIN"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Namespace]:
    with names(tmp_path_factory.mktemp("names")) as made:
        yield made


def rows(done: Any) -> list[dict[str, str]]:
    assert "Traceback" not in done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))


def told(done: Any) -> list[tuple[str, str, str]]:
    """Host, address and reason of each row, in order of the hosts."""
    return sorted((row["host"], row["address"], row["reason"]) for row in rows(done))


def test_names_without_an_answer_fail_alone(here: Namespace) -> None:
    """They come first, and there are more of them than lookups at once."""
    words = [f"h{number}.dead.test:9" for number in range(70)] + [f"h{number}.test:9" for number in range(30)]
    done = here.scanner("scan", *words, "-f", "csv", "-q")
    assert Counter((row["host"].split(".")[1], row["reason"]) for row in rows(done)) == {
        ("dead", "dns-timeout"): 70, ("test", "conn-refused"): 30,
    }  # fmt: skip
    assert "warning" not in done.stderr


FAMILIES: list[tuple[list[str], str, list[tuple[str, str]]]] = [
    (["-4"], "a.no6.test", [("127.0.0.1", "conn-refused")]),
    (["-S", "127.0.0.1"], "a.no6.test", [("127.0.0.1", "conn-refused")]),
    (["-6"], "a.no4.test", [("::1", "conn-refused")]),
    (["-S", "::1"], "a.no4.test", [("::1", "conn-refused")]),
    (["-6"], "a.no6.test", [("", "dns-timeout")]),
    (["-4"], "a.six.test", [("", "no-address")]),
    ([], "a.no6.test", [("127.0.0.1", "conn-refused")]),
    ([], "a.no4.test", [("::1", "conn-refused")]),
    ([], "a.both.test", [("127.0.0.1", "conn-refused"), ("::1", "conn-refused")]),
    ([], "six.no6.test", [("", "dns-timeout")]),
    ([], "gone.test", [("", "no-address")]),
    ([], "failing.test", [("", "dns-failed")]),
    ([], "ip6-localhost", [("::1", "conn-refused")]),
    (["-4"], "ip6-localhost", [("", "no-address")]),
    ([], "pinned.no6.test", [("127.0.0.1", "conn-refused")]),
    (["-6"], "pinned.no6.test", [("", "no-address")]),
    ([], "bücher.no6.test", [("127.0.0.1", "conn-refused")]),
]


@pytest.mark.thinned(4)
@pytest.mark.parametrize(("options", "word", "expected"), FAMILIES)
def test_families(here: Namespace, options: list[str], word: str, expected: list[tuple[str, str]]) -> None:
    done = here.scanner("scan", *options, f"{word}:9", "-f", "csv", "-q")
    assert told(done) == [(word, *each) for each in expected]
    half = not options and word in ("a.no6.test", "a.no4.test")
    assert ("was not answered" in done.stderr) == half


@pytest.mark.thinned(3)
@pytest.mark.parametrize(
    ("search", "word", "expected"),
    [
        ("a.test six.test", "db", ["127.0.0.1"]),
        ("six.test a.test", "db", ["::1"]),
        ("gone.test both.test six.test", "db", ["127.0.0.1", "::1"]),
        ("six.test", "www.good.test", ["127.0.0.1"]),
        ("four.test", "www.six.test", ["::1"]),
        ("dead.test", "www.six.test", ["::1"]),
        ("dead.test", "www.good.test", ["127.0.0.1"]),
        ("six.test", "www.gone.test.", []),
        ("four.test", "www.six.test.", ["::1"]),
        ("failing.test six.test a.test", "db", ["::1"]),
        ("dead.test six.test", "db", ["127.0.0.1"]),
    ],
)
def test_both_families_are_asked_for_at_the_same_name(
    here: Namespace, search: str, word: str, expected: list[str]
) -> None:
    """Each by itself, the C library's search goes on where a name has no address of that family: to a stranger's. One
    call for both ends as expected here."""
    environ = environment() | {"LOCALDOMAIN": search}
    done = here.scanner("scan", f"{word}:9", "-f", "csv", "-q", env=environ)
    found = [(word, address, "conn-refused") for address in expected]
    assert told(done) == (found or [(word, "", "no-address")])
    assert "was not answered" not in done.stderr
    call = "import socket, sys; print(*sorted({each[4][0] for each in socket.getaddrinfo(sys.argv[1], None)}))"
    assert here.run(sys.executable, "-c", call, word, env=environ).stdout.split() == expected


@pytest.mark.thinned(3)
@pytest.mark.parametrize(
    ("search", "word", "expected"),
    [
        ("no6.test six.test", "db", ("127.0.0.1", "conn-refused")),
        ("no4.test a.test", "db", ("::1", "conn-refused")),
        ("a.test", "www.no4.test", ("::1", "conn-refused")),
        ("gone.test", "www.no6.test", ("127.0.0.1", "conn-refused")),
        ("six.test dead.test a.test", "www.gone.test", ("", "no-address")),
        ("dead.test a.test", "gone", ("", "dns-timeout")),
        ("gone.test", "a.dead.test", ("", "dns-timeout")),
    ],
)
def test_silence_where_a_search_list_is_in_force(
    here: Namespace, search: str, word: str, expected: tuple[str, str]
) -> None:
    """It is the silence of one family about one name, and what the other was answered stands."""
    done = here.scanner("scan", f"{word}:9", "-f", "csv", "-q", env=environment() | {"LOCALDOMAIN": search})
    assert told(done) == [(word, *expected)]
    assert ("was not answered" in done.stderr) == bool(expected[0])


def test_a_family_that_is_not_answered_for_does_not_hold_up_the_other(here: Namespace) -> None:
    """The verdict on what was answered falls before the other family is given up."""
    done = here.scanner("scan", "a.no6.test:9", "b.dead.test:9", "-f", "csv", "-q")
    times = {row["host"]: row["time"] for row in rows(done)}
    assert times["a.no6.test"] < times["b.dead.test"]


def test_a_trace_goes_on_with_what_is_answered(here: Namespace) -> None:
    done = here.scanner("trace", "-n", "-f", "json", "a.no6.test:9", "b.test:9", "--dns-timeout", "60m")
    assert {trace["address"] for trace in json.loads(done.stdout)["traces"]} == {"127.0.0.1"}
    assert "the AAAA of 1 name was not answered" in done.stderr


def test_excluded_names(here: Namespace) -> None:
    words = ("127.0.0.1:9", "127.0.0.2:9", "--exclude", "a.no6.test", "-f", "csv", "-q")
    assert told(here.scanner("scan", "-4", *words)) == [("127.0.0.2", "127.0.0.2", "conn-refused")]
    done = here.scanner("scan", *words)
    assert done.returncode == 2
    assert 'does not give the IPv6 addresses of the excluded host "a.no6.test"' in done.stderr
    assert "choose -4" in done.stderr


def test_a_deadline_that_was_asked_for(here: Namespace) -> None:
    done = here.scanner("scan", "a.dead.test:9", "--dns-timeout", "300ms", "-f", "csv", "-v")
    assert told(done) == [("a.dead.test", "", "dns-timeout")]
    assert "names: 1 to look up, each lookup within 0.3s\n" in done.stderr
    done = here.scanner("scan", "a.test:9", "-v")
    assert "each lookup within 3s (/etc/resolv.conf: 1 server, timeout 1s, 1 attempt, 1 query" in done.stderr


@pytest.mark.slow
def test_the_third_server_is_waited_for(tmp_path: Path) -> None:
    """The C library asks it after 5 + 3 seconds."""
    with names(tmp_path, servers=("127.0.0.51", "127.0.0.52", SERVER), options="edns0") as here:
        drop = "add rule inet silence arriving ip daddr { 127.0.0.51, 127.0.0.52 } udp dport 53 drop"
        here.run("nft", drop, check=True)
        assert told(here.scanner("scan", "a.test:9", "-f", "csv", "-q")) == [("a.test", "127.0.0.1", "conn-refused")]


@pytest.mark.slow
@pytest.mark.parametrize("first", ["dead", "test"])
def test_where_lookups_are_few_silent_servers_hold_up_no_other_names(tmp_path: Path, first: str) -> None:
    """A lookup may need a descriptor for each server, so there are 26; a name that hangs has one of them for seconds.
    Names of one address and port would share a probe and its time, so each has a port of its own."""
    servers = (SERVER, "127.0.0.54", "127.0.0.55")
    dead = [f"h{number}.dead.test:9" for number in range(60)]
    well = [f"h{number}.test:{1000 + number}" for number in range(400)]
    words = dead + well if first == "dead" else [*well[:200], *dead, *well[200:]]
    (tmp_path / "list.yaml").write_text("targets:\n" + "".join(f"  - {word}\n" for word in words))
    with names(tmp_path, servers=servers, serving=servers) as here:
        shell = ("sh", "-c", 'ulimit -n 128; exec "$@"', "sh", *COMMAND)
        done = here.run(*shell, "scan", "-4", tmp_path / "list.yaml", "-f", "csv", "-q")
        by_time = [row["reason"] for row in sorted(rows(done), key=lambda row: row["time"])]
        assert Counter(by_time) == {"conn-refused": 400, "dns-timeout": 60}
        assert by_time[: 400 + 26].count("conn-refused") == 400  # before any second name had that thread


@pytest.mark.parametrize("descriptors", [64, *(pytest.param(few, marks=pytest.mark.slow) for few in (32, 128))])
def test_names_beside_silent_targets_where_files_are_few(here: Namespace, descriptors: int, tmp_path: Path) -> None:
    """Sockets for silent targets take what descriptors there are, and lookups need some."""
    lines = [f"  - h{number}.test:9" for number in range(200)]
    lines += [f"  - {{host: 127.0.0.1, port: {SILENT.start}-{SILENT.stop - 1}, expect: timeout}}"]
    (tmp_path / "list.yaml").write_text("targets:\n" + "\n".join(lines))
    shell = f'ulimit -n {descriptors}; exec "$@"'
    done = here.run(
        "sh", "-c", shell, "sh", *COMMAND, "scan", tmp_path / "list.yaml", "-r", "0", "-t", "200ms", "-f", "csv"
    )
    assert Counter(row["reason"] for row in rows(done)) == {"conn-refused": 200, "no-response": len(SILENT)}


@pytest.mark.parametrize(
    ("more", "warning"),
    [pytest.param("", "no thread can", marks=pytest.mark.slow), (":when=2+", "no more threads can")],
)
def test_without_threads(tmp_path: Path, more: str, warning: str) -> None:
    with names(tmp_path, "strace") as here:
        before = (*NO_THREAD, REFUSE + more)
        words = ("a.test:9", "b.both.test:9", "gone.test:9", "c.dead.test:9")
        done = here.scanner("scan", *words, "-f", "csv", before=before)
        assert told(done) == [
            ("a.test", "127.0.0.1", "conn-refused"), ("b.both.test", "127.0.0.1", "conn-refused"),
            ("b.both.test", "::1", "conn-refused"), ("c.dead.test", "", "dns-timeout"), ("gone.test", "", "no-address"),
        ]  # fmt: skip
        assert f"warning: {warning} be started" in done.stderr


def test_a_trace_without_threads_does_without_names(tmp_path: Path) -> None:
    with names(tmp_path, "strace") as here:
        done = here.scanner("trace", "-f", "json", "127.0.0.1:9", before=(*NO_THREAD, REFUSE))
        (trace,) = json.loads(done.stdout)["traces"]
        assert (done.returncode, trace["hops"][0]["name"], done.stderr) == (0, None, "")


@pytest.mark.parametrize("listening", ["127.0.0.1", "::1"])
def test_one_address_of_either_family_is_enough(here: Namespace, listening: str, tmp_path: Path) -> None:
    """Whichever is resolved first: the other's rows are those of the same name."""
    path = tmp_path / "t.yaml"
    path.write_text("targets:\n- {hosts: [a.both.test, b.both.test], port: 4000, addresses: one}\n")
    with here.listening(f"{listening}:4000"):
        done = here.scanner("scan", path, "-f", "csv", "-q")
    assert [(row["state"] == "open", row["met"]) for row in rows(done)].count((True, "true")) == 2
    assert ([row["met"] for row in rows(done)], done.returncode) == (["true"] * 4, 0)
