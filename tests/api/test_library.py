"""The library as its users meet it: real peers on loopback, every socket closed, every mistake a ScannerError."""

import contextlib
import gc
import ipaddress
import json
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import scanner
from scanner import ScannerError, State, Target
from scanner.model import FIELDS
from scanner.scanning import scan as one_scan
from scanner.services import discovery_ports
from tests import needs
from tests.engine.listeners import FAMILIES, full_backlog, listener, refused_port

PUBLIC = {
    "Result", "ScannerError", "State", "Target", "TargetError", "UsageError", "load_targets", "scan", "sweep", "trace",
}  # fmt: skip
needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted under /proc")


def open_files() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def no_leak() -> Iterator[None]:
    """Fails the test that leaves a file open."""
    if not Path("/proc/self/fd").exists():
        yield
        return
    before = open_files()
    yield
    assert open_files() == before


@pytest.fixture
def opened() -> Iterator[int]:
    with listener() as port:
        yield port


@pytest.fixture
def refused() -> Iterator[int]:
    with refused_port() as port:
        yield port


def states(results: Any) -> dict[int, str]:
    return {result.port: str(result.state) for result in results}


# What is public


def test_only_what_is_documented_is_public() -> None:
    program = "import scanner; list(map(scanner.__getattribute__, scanner.__all__)); print(*dir(scanner))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert {name for name in done.stdout.split() if not name.startswith("_")} == PUBLIC
    assert set(scanner.__all__) == PUBLIC


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Multiplexer'"):
        _ = scanner.Multiplexer  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_everything_public_is_documented(name: str) -> None:
    assert len(getattr(scanner, name).__doc__) > 20


# What it finds


@pytest.mark.parametrize("address", FAMILIES)
def test_targets_of_a_file(address: str, tmp_path: Path, no_leak: None) -> None:
    with listener(address) as open_port, refused_port(address) as shut_port:
        written = f"[{address}]" if ":" in address else address
        file = tmp_path / "targets.yaml"
        file.write_text(
            f'targets: ["{written}:{open_port}", {{host: "{address}", port: {shut_port}, expect: refused}}]'
        )
        targets = scanner.load_targets(file)
        assert [(target.host, target.port) for target in targets] == [(address, open_port), (address, shut_port)]
        found = {result.port: result for result in scanner.scan(targets, timeout=2.0)}
    first, second = found[open_port], found[shut_port]
    assert (first.state, first.reason, first.met) == (State.OPEN, "syn-ack", True)
    assert (second.state, second.reason, second.met) == (State.REFUSED, "conn-refused", True)
    assert (first.host, first.address, first.source) == (address, address, address)
    assert first.rtt_ms is not None
    assert first.rtt_ms >= 0
    assert first.attempts == 1


def test_an_entry_of_which_some_targets_are_enough(tmp_path: Path, opened: int, no_leak: None) -> None:
    """The plan as it was loaded, its targets one by one, and some of them."""
    file = tmp_path / "targets.yaml"
    file.write_text(f"targets: [{{hosts: [127.0.0.1-3], ports: [{opened}], need: 2, expect: {{refused: {opened}}}}}]")
    plan = scanner.load_targets(file)
    found = [
        [result.met for result in scanner.scan(targets, timeout=2.0)]
        for targets in (plan, plan, list(plan), list(plan)[:2], list(plan)[1:])
    ]
    assert list(map(set, found)) == [{True}, {True}, {True}, {True, False}, {True}]


def test_an_entry_with_expectations_by_port(tmp_path: Path, opened: int, refused: int, no_leak: None) -> None:
    file = tmp_path / "targets.yaml"
    file.write_text(f"targets: [{{host: localhost, expect: {{open: {opened}, refused: '{refused},{opened}'}}}}]")
    plan = scanner.load_targets(file)
    for targets in (plan, list(plan)):
        found = {each.port: (each.expect, each.met) for each in scanner.scan(targets, timeout=2.0, family=4)}
        assert found == {opened: ("open", True), refused: ("refused", True)}


@needs_proc
def test_silence_is_a_timeout(no_leak: None) -> None:
    with full_backlog() as port:
        (result,) = scanner.scan([Target("127.0.0.1", port, expect="blocked")], timeout=0.05, retries=1)
    assert (result.state, result.reason, result.met) == (State.TIMEOUT, "no-response", True)
    assert (result.attempts, result.rtt_ms, result.doubt) == (2, None, "unverified")


def test_a_sweep(opened: int, refused: int, no_leak: None) -> None:
    ports = [opened, refused]
    expected = {opened: "open", refused: "refused"}
    assert states(scanner.sweep("127.0.0.1", ports)) == expected
    assert states(scanner.sweep(["127.0.0.1"], f"{opened},{refused}")) == expected
    assert states(scanner.scan(scanner.sweep("127.0.0.1", ports), timeout=2)) == expected
    assert states(scanner.sweep("127.0.0.1", opened)) == {opened: "open"}
    assert {result.expect for result in scanner.sweep("127.0.0.1", ports)} == {""}


def test_a_sweep_that_asks_hosts_first(opened: int, refused: int, no_leak: None) -> None:
    """On loopback everybody answers; what is asked for nothing but an answer is no result."""
    sweep = scanner.sweep("127.0.0.1", [opened, refused], discover=True)
    assert states(sweep) == states(scanner.scan(sweep, timeout=2)) == {opened: "open", refused: "refused"}
    usual = {result.port for result in scanner.sweep("127.0.0.1", discover=True)}
    assert usual == set(discovery_ports())


def test_a_sweep_of_several_hosts(refused: int) -> None:
    network = [ipaddress.ip_network("127.0.0.0/30")]
    found = {result.address for result in scanner.sweep(network, refused)}  # type: ignore[arg-type]
    assert {"127.0.0.1", "127.0.0.2"} <= found


def test_a_sweep_can_be_repeated(opened: int) -> None:
    sweep = scanner.sweep("127.0.0.1", opened, timeout=2.0, retries=0)
    assert states(sweep) == states(sweep) == states(scanner.scan(sweep)) == {opened: "open"}


def test_what_a_sweep_says_holds_unless_scan_says_more(refused: int) -> None:
    sweep = scanner.sweep("127.0.0.1", refused, vantage="dmz", expect="open", strict=True)
    (row,) = scanner.scan(sweep)
    assert (row.vantage, row.expect, row.met) == ("dmz", "open", False)
    (row,) = scanner.scan(sweep, expect="refused", vantage="lan")
    assert (row.vantage, row.expect, row.met) == ("lan", "refused", True)


def test_a_plan_can_be_scanned_twice_at_once(opened: int, refused: int) -> None:
    plan = scanner.sweep("127.0.0.1", [opened, refused])
    pairs = list(zip(scanner.scan(plan), scanner.scan(plan), strict=True))
    assert len(pairs) == 2
    assert states(first for first, _ in pairs) == states(second for _, second in pairs)


def test_targets_carry_what_their_rows_say(opened: int) -> None:
    target = Target("127.0.0.1", opened, name="front", expect="refused", tags=["prod", "web"])
    (row,) = scanner.scan([target], expect="open", vantage="here")
    assert (row.name, row.tags, row.expect, row.met, row.vantage) == (
        "front",
        ("prod", "web"),
        "refused",
        False,
        "here",
    )


def test_no_expectation_can_be_said(opened: int) -> None:
    (row,) = scanner.scan([Target("127.0.0.1", opened)], expect="")
    assert (row.expect, row.met) == ("", None)
    (row,) = scanner.scan([Target("127.0.0.1", opened)])
    assert (row.expect, row.met) == ("open", True)


def test_a_target_named_twice_is_probed_once_and_has_two_rows(opened: int) -> None:
    rows = list(scanner.scan([Target("127.0.0.1", opened, name=name) for name in ("a", "b")]))
    assert sorted(row.name for row in rows) == ["a", "b"]
    assert {row.time for row in rows} == {rows[0].time}


@pytest.mark.parametrize("addresses", ["one", "all"])
def test_one_address_of_a_name_is_enough(addresses: str, opened: int) -> None:
    rows = list(scanner.scan([Target("localhost", opened, addresses=addresses)]))
    by_address = {row.address: row for row in rows}
    assert {row.host for row in rows} == {"localhost"}
    assert by_address["127.0.0.1"].state is State.OPEN
    for row in rows:
        assert row.met is (addresses == "one" or row.state is State.OPEN)


def test_a_family_is_insisted_on(opened: int) -> None:
    rows = list(scanner.scan([Target("localhost", opened)], family=4))
    assert [row.address for row in rows] == ["127.0.0.1"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="all of 127.0.0.0/8 is Linux's own")
def test_source_is_where_probes_leave_from(opened: int) -> None:
    (row,) = scanner.scan([Target("127.0.0.1", opened)], source="127.0.0.9")
    assert (row.state, row.source) == (State.OPEN, "127.0.0.9")


@pytest.mark.parametrize("poller", ["poll", "select"])
def test_any_poller(poller: str, opened: int, refused: int, no_leak: None) -> None:
    rows = scanner.scan([Target("127.0.0.1", port) for port in (opened, refused)], poller=poller, concurrency=1)
    assert states(rows) == {opened: "open", refused: "refused"}


def test_a_canary_has_no_row(opened: int) -> None:
    (row,) = scanner.scan([Target("127.0.0.1", opened)], canary=True)
    assert (row.port, row.doubt) == (opened, "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="all of 127.0.0.0/8 is Linux's own")
def test_a_port_open_all_over_a_range_is_doubted() -> None:
    """Also in the row of a name that leads into the range; where the hosts are listed one by one, it is not."""
    with listener("0.0.0.0", backlog=1024) as port:
        targets = [Target("127.0.0.0/25", port), Target("localhost", port)]
        ranged = list(scanner.scan(targets, family=4))
        listed = list(scanner.scan([Target(f"127.0.0.{n}", port) for n in range(1, 127)]))
        (*_, canary) = scanner.scan(targets[:1], family=4, canary=True)
    assert len(ranged) >= 127
    assert {row.doubt for row in ranged} == {"intercepted"}
    assert [row.address for row in ranged if row.host == "localhost"] == ["127.0.0.1"]
    assert {row.doubt for row in listed} == {""}
    assert canary.doubt == ""


# Mistakes


TARGET = [Target("127.0.0.1", 9)]
NAN, INFINITY = float("nan"), float("inf")
BAD: list[dict[str, Any]] = [
    {name: value}
    for name, values in {
        "timeout": [0, -1, NAN, INFINITY, 1e9, "1", True, [1]],
        "retries": [-1, 101, 1.5, True, "1"],
        "concurrency": [0, -1, 1.5, "5", True, NAN],
        "rate": [0, -1, NAN, INFINITY, "x", True],
        "host_rate": [0, -0.5, NAN, INFINITY, "x"],
        "source": ["nonsense", "192.0.2.300", "203.0.113.9", "localhost", 5, "127.1x"],
        "poller": ["foo", "", 3],
        "expect": ["closed", "opne", 5, "open\n"],
        "family": [5, "4", -4, True, 4.0],
        "vantage": ["two\nlines", 5],
    }.items()
    for value in values
]


@pytest.mark.parametrize("said", BAD, ids=str)
def test_bad_options_are_refused_before_anything_is_probed(said: dict[str, Any], no_leak: None) -> None:
    with pytest.raises(ScannerError) as caught:
        scanner.scan(TARGET, **said)  # not iterated
    assert str(caught.value)
    with pytest.raises(ScannerError):
        list(scanner.sweep("127.0.0.1", 9, **said))


@pytest.mark.parametrize(
    "target",
    [
        ("", 1), ("127.0.0.1", 0), ("127.0.0.1", 65536), ("127.0.0.1", "80"), ("127.0.0.1", True), ("a b", 1),
        ("127.1", 1), (None, 1), ("10.0.0.1/24", 1), ("a" * 300, 1), ("evil\x1b[2J", 1),
    ],
    ids=str,
)  # fmt: skip
def test_bad_targets(target: tuple[Any, Any]) -> None:
    with pytest.raises(ScannerError, match="target 1: "):
        scanner.scan([Target(*target)])


@pytest.mark.parametrize(
    "said",
    [
        {"expect": "closed"}, {"addresses": "some"}, {"timeout": 0}, {"timeout": NAN}, {"retries": -1}, {"name": 5},
        {"tags": [1]}, {"tags": ["a;b"]}, {"retries": 1.5}, {"timeout": "1"}, {"expect": 5}, {"addresses": None},
    ],
    ids=str,
)  # fmt: skip
def test_bad_settings_of_a_target(said: dict[str, Any]) -> None:
    with pytest.raises(ScannerError, match="target 1: "):
        scanner.scan([Target("127.0.0.1", 9, **said)])


def test_all_bad_targets_are_named_at_once() -> None:
    with pytest.raises(ScannerError) as caught:
        scanner.scan([Target("127.0.0.1", 9), Target("", 9), Target("127.0.0.1", 0)])
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == ["target 2", "target 3"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: scanner.scan([]), lambda: scanner.scan(["127.0.0.1:1"]), lambda: scanner.sweep([], 1),
        lambda: scanner.sweep("127.0.0.1", []), lambda: scanner.sweep("127.0.0.1", 0),
        lambda: scanner.sweep("127.0.0.1", "http,nonsense"), lambda: scanner.sweep("10.0.0.1/24", 1),
        lambda: scanner.load_targets("no/such/file.yaml"),
        lambda: scanner.scan(TARGET, family=6), lambda: scanner.scan(TARGET, source="::1"),
        lambda: scanner.scan(TARGET, source="127.0.0.1", family=6),
    ],
)  # fmt: skip
def test_nothing_to_probe(call: Callable[[], object], no_leak: None) -> None:
    with pytest.raises(ScannerError):
        call()


class _OddPath:
    def __fspath__(self) -> bytes:
        return b"targets.yaml"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: scanner.load_targets(b"x"), "the path b'x' is bytes; write it as text, such as 'x'"),
        (lambda: scanner.load_targets(b"a\xff"), "is bytes; write it as text"),
        (lambda: scanner.load_targets(_OddPath()), "the path b'targets.yaml' is bytes"),
        (lambda: scanner.load_targets(5), '"5" is not a path; write a string or a pathlib.Path'),
        (lambda: scanner.load_targets(None), '"None" is not a path'),
        (lambda: scanner.load_targets(["t.yaml"]), "is not a path"),
        (lambda: scanner.load_targets(""), '"": there is no such file'),
        (lambda: scanner.load_targets("a\0b"), "cannot be read"),
        (lambda: scanner.sweep(b"127.0.0.1", 1), "is not a valid host; write a string, or several in a list"),
        (lambda: scanner.sweep([b"127.0.0.1"], 1), "are bytes; write them as text"),
        (lambda: scanner.sweep(5, 1), '"5" is not a valid host'),
        (lambda: scanner.sweep(None, 1), '"None" is not a valid host'),
        (lambda: scanner.sweep("127.0.0.1", b"22"), "is not a valid port list; write a string"),
        (lambda: scanner.sweep("127.0.0.1", 22.5), "is not a valid port list"),
        (lambda: scanner.sweep("127.0.0.1"), "a sweep needs ports"),
        (lambda: scanner.sweep("127.0.0.1", 22, discover=1), "discover=1: write True or False"),
        (lambda: scanner.sweep("127.0.0.1", 22, discover=True, expect="open"), "does not go with an expectation"),
        (lambda: scanner.scan(scanner.sweep("127.0.0.1", discover=True), expect="any"), "discover=True"),
        (lambda: scanner.sweep("127.0.0.1", None), "or discover=True"),
        (lambda: scanner.scan("targets.yaml"), 'or scanner.load_targets("targets.yaml")'),
        (lambda: scanner.scan("10.0.0.1:x y"), "x y"),
        (lambda: scanner.scan(7), 'not a list of targets; write scanner.load_targets("targets.yaml")'),
        (lambda: scanner.trace("10.0.0.1"), "names no port"),
        (lambda: scanner.trace("10.0.0.1:1", max_hops=0), "from 1 to 255"),
        (lambda: scanner.trace("10.0.0.1:1", names="yes"), "write True or False"),
        (lambda: scanner.trace(["10.0.0.1:1"], timeout=-1), "the duration -1 s is too short"),
        (lambda: scanner.scan(b"x"), "not a list of targets"),
        (lambda: scanner.scan(5), "not a list of targets"),
    ],
)
def test_what_is_of_another_kind_is_told_so(call: Callable[[], object], told: str) -> None:
    """Bytes above all: they are sequences of numbers, and b"22" would be the port 50."""
    with pytest.raises(ScannerError) as caught:
        call()
    assert told in str(caught.value)


def test_unknown_options_are_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="timout"):
        scanner.sweep("127.0.0.1", 9, timout=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="timout"):
        scanner.scan(TARGET, timout=1)  # type: ignore[call-arg]


def test_a_bad_file_names_every_mistake_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "targets.yaml"
    file.write_text("targets:\n  - 127.0.0.1:99999\n  - {host: 127.0.0.1, prot: 1}\n")
    with pytest.raises(ScannerError) as caught:
        scanner.load_targets(str(file))
    places = {line.partition(f"{file}:")[2].partition(":")[0] for line in str(caught.value).splitlines()}
    assert places == {"2", "3"}


# Every socket is closed


@needs_proc
def test_leaving_the_loop_early_closes_every_socket(opened: int, no_leak: None) -> None:
    before = open_files()
    with full_backlog() as deaf:
        beside = open_files()
        left = 0
        for result in scanner.scan([Target("127.0.0.1", deaf), Target("127.0.0.1", opened)], timeout=60):
            assert result.port == opened
            assert open_files() > beside, "the silent probe is still in flight"
            left += 1
            break
        assert left == 1
        assert open_files() == beside
    assert open_files() == before


@needs_proc
def test_closing_a_scan_closes_every_socket(opened: int, no_leak: None) -> None:
    with full_backlog() as deaf:
        targets = [Target("127.0.0.1", deaf), Target("127.0.0.1", opened)]
        with contextlib.closing(scanner.scan(targets, timeout=60)) as results:
            assert next(results).port == opened
            running = open_files()
        assert open_files() < running
        assert list(results) == []


@needs_proc
def test_closing_is_no_matter_of_garbage(opened: int) -> None:
    """The scan itself is still there, with all it knows; its sockets are not."""
    before = open_files()
    with full_backlog() as deaf:
        beside = open_files()
        plan = scanner.sweep("127.0.0.1", [deaf, opened], timeout=60).plan
        scan = one_scan.local_scan(plan)
        batches = scan.batches()
        assert any(next(batches) for _ in range(100))
        assert open_files() > beside + 1
        batches.close()
        assert open_files() == beside
        assert scan.attempts == 2
        assert not scan.complete
    del batches, scan
    assert open_files() == before


def test_a_scan_that_nobody_starts_leaves_nothing_open(no_leak: None) -> None:
    for _ in range(20):
        scanner.scan(TARGET)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_exception_in_the_body_closes_every_socket(error: type[BaseException], opened: int, no_leak: None) -> None:
    with full_backlog() as deaf:

        def body() -> None:
            for _ in scanner.scan([Target("127.0.0.1", deaf), Target("127.0.0.1", opened)], timeout=60):
                raise error

        with pytest.raises(error):
            body()


def test_many_scans_leave_nothing_open(opened: int, refused: int, no_leak: None) -> None:
    for _ in range(30):
        assert len(list(scanner.sweep("127.0.0.1", [opened, refused]))) == 2


# Side by side


def test_two_scans_in_turns(opened: int, refused: int, no_leak: None) -> None:
    with listener() as other:
        first = scanner.scan([Target("127.0.0.1", port, name="first") for port in (opened, refused, other)])
        second = scanner.scan([Target("127.0.0.1", port, name="second") for port in (other, opened)])
        mine, theirs = [next(first)], [next(second)]
        theirs += second
        mine += first
    assert states(mine) == {opened: "open", refused: "refused", other: "open"}
    assert states(theirs) == {other: "open", opened: "open"}
    assert {row.name for row in mine} == {"first"}


def test_scans_in_threads(opened: int, refused: int, no_leak: None) -> None:
    found: list[dict[int, str]] = []

    def work() -> None:
        targets = [Target(host, port) for host in ("127.0.0.1", "localhost") for port in (opened, refused)]
        found.append(states(scanner.scan(targets, family=4)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [{opened: "open", refused: "refused"}] * 4


# Typed

PROGRAM = """
from collections.abc import Iterator
import contextlib, pathlib
import scanner
from scanner import Result, ScannerError, State, Target

def unmet(path: str) -> list[str]:
    try:
        targets = scanner.load_targets(path)
    except ScannerError as error:
        return str(error).splitlines()
    names: list[str] = [target.host for target in targets]
    bad: list[Result] = [row for row in scanner.scan(targets, timeout=0.5, rate=10, strict=True) if row.met is False]
    return names + [f"{row.host} {row.port + 1} {row.state.value} {row.reason} {row.tags[0].upper()}" for row in bad]

def first(hosts: list[str]) -> float | None:
    with contextlib.closing(scanner.scan([Target(host, 22, tags=["a"]) for host in hosts])) as rows:
        return next(rows).rtt_ms

rows: Iterator[Result] = scanner.scan(scanner.sweep("10.0.0.0/24", range(1, 9), timeout=1.0, family=4))
opened: list[Result] = [row for row in scanner.sweep(["db1"], 22) if row.state is State.OPEN]
scanner.load_targets(pathlib.Path("targets.yaml"))
"""
MISTAKES = {
    "scanner.sacn([])": "attr-defined",
    "scanner.scan([], timeout='1')": "arg-type",
    "scanner.sweep('a', 1, timout=1)": "call-arg",
    "scanner.sweep('a', 1, rate='x')": "arg-type",
    "scanner.Target('a', 'http')": "arg-type",
    "scanner.scan(['a:1'])": "list-item",
    "[row.sate for row in scanner.scan([])]": "attr-defined",
}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A Python that has the package installed as a wheel would: an editable one is invisible to type checkers."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], timeout=60, check=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    home = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    shutil.copytree(Path(scanner.__file__).parent, Path(home, "scanner"), ignore=shutil.ignore_patterns("__pycache__"))
    return python


@pytest.mark.slow
def test_a_program_is_checked_through_the_installed_package(installed: Path, tmp_path: Path) -> None:
    """Strictly; and each mistake is found, in its line."""
    needs.require("mypy")
    good = PROGRAM.count("\n") + 1
    (tmp_path / "program.py").write_text(PROGRAM + "\n" + "\n".join(MISTAKES) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", installed, "program.py"],
        cwd=tmp_path, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    found: dict[int, str] = {}
    for line in done.stdout.splitlines():
        if ": error: " in line:
            found.setdefault(int(line.split(":")[1]), line.rpartition("[")[2].rstrip("]"))
    assert found == dict(enumerate(MISTAKES.values(), good + 1)), done.stdout + done.stderr


def test_the_marker_of_types_is_part_of_the_package() -> None:
    assert Path(scanner.__file__).with_name("py.typed").exists()
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert "py.typed" in project["tool"]["setuptools"]["package-data"]["scanner"]


def test_a_text_or_a_target_alone_will_do(opened: int, refused: int) -> None:
    assert states(scanner.scan(f"127.0.0.1:{opened},{refused}")) == {opened: "open", refused: "refused"}
    assert states(scanner.scan(Target("127.0.0.1", refused))) == {refused: "refused"}


def test_a_row_as_a_dict_is_the_row_of_a_json_report(refused: int) -> None:
    (row,) = scanner.scan(Target("127.0.0.1", refused, name="web", tags=["a", "b"]), vantage="here")
    made = row.as_dict()
    assert list(made) == list(FIELDS)
    assert (made["state"], made["reason"], made["met"], made["tags"]) == ("refused", "conn-refused", False, ["a", "b"])
    assert (made["icmp_from"], made["doubt"], made["vantage"]) == (None, None, "here")
    assert json.loads(json.dumps(made)) == made


def test_a_trace_is_the_way_to_a_target(opened: int) -> None:
    (way,) = scanner.trace(f"127.0.0.1:{opened}")
    assert (way.address, way.port, way.end.state, way.end.hop) == ("127.0.0.1", opened, State.OPEN, 1)
    assert [hop.hop for hop in way.hops] == [1]


def test_mistakes_have_their_own_kinds(refused: int) -> None:
    with pytest.raises(scanner.UsageError):
        scanner.scan(f"127.0.0.1:{refused}", timeout=-1)
    with pytest.raises(scanner.TargetError):
        scanner.scan("127.0.0.1:x y")
    assert issubclass(scanner.TargetError, scanner.UsageError)
    assert issubclass(scanner.UsageError, ScannerError)
