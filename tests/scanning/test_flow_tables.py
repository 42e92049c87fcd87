"""Entries in flow tables on the way: how many there are at a time, when a scan says so, and that it says so once."""

import json
from collections.abc import Iterator

import pytest

from scanner.scanning.flow_tables import FITS, RATE, FlowWatch, at_once, foretold
from scanner.targets.entry import Settings
from scanner.targets.make_plan import excludes_from, plan_from_args
from tests.namespace import SILENT, Namespace, namespace


@pytest.mark.parametrize(
    ("attempts", "seconds", "room", "entries"),
    [
        (50_000, 2.0, None, 50_000),
        (50_000, 120.0, None, 50_000),
        (50_000, 600.0, None, 10_000),
        (50_000, 2.0, 30_000, 30_000),
        (50_000, 600.0, 30_000, 10_000),
    ],
)
def test_what_is_there_at_a_time_are_the_attempts_of_two_minutes(
    attempts: int, seconds: float, room: int | None, entries: int
) -> None:
    assert at_once(attempts, seconds, room) == entries


def test_it_is_foretold_where_it_is_more_than_is_likely_to_fit() -> None:
    assert foretold(FITS, 9.0) == ""
    said = foretold(FITS + 1, 3725.0)
    assert "up to 12,289 entries" in said
    assert said.endswith("--rate 100 leaves fewer than 12,288, and takes up to 1 h 02 min")


def test_what_it_suggests_is_enough() -> None:
    assert foretold(at_once(10**9, 10**9 / RATE), 1.0) == ""


class Watched:
    """What a watch says, told how many attempts went unanswered until then."""

    def __init__(self, *looks: tuple[float, int]) -> None:
        self.watch = FlowWatch(90.0)
        for now, unanswered in looks:
            if self.watch.due(now):
                self.watch.look(unanswered, now)


def test_a_scan_with_few_unanswered_says_nothing() -> None:
    few = Watched((0.0, 0), (1.0, FITS))
    assert few.watch.said == []


def test_more_than_is_likely_to_fit_is_said_once() -> None:
    many = Watched((0.0, 0), (1.0, FITS + 1), (2.0, 10**6))
    (said,) = many.watch.said
    assert said.startswith("12,289 attempts beyond the attached networks went unanswered")
    assert "--rate 100 leaves fewer than 12,288, and takes up to 1 min 30 s" in said


def test_it_looks_once_a_second_and_at_the_end() -> None:
    watch = FlowWatch(0.0)
    assert watch.due(5.0)
    watch.look(0, 5.0)
    assert [watch.due(now) for now in (5.5, 5.99, 6.0)] == [False, False, True]
    assert watch.due(5.5, last=True)
    watch.look(FITS + 1, 5.5)
    assert not watch.due(9.0, last=True)


@pytest.mark.parametrize(("a_second", "says"), [(100, False), (110, True)])
def test_what_is_older_than_two_minutes_is_gone(a_second: int, says: bool) -> None:
    watched = Watched(*[(float(second), second * a_second) for second in range(600)])
    assert bool(watched.watch.said) is says


@pytest.mark.parametrize(
    ("words", "excludes", "afar"),
    [
        (["10.0.0.1:1-100"], [], 100),
        (["127.0.0.0/30:1-100", "[::1]:1-100"], [], 0),
        (["126.255.255.254-127.0.0.1:1-100"], [], 200),
        (["[::3]:1-5", "[::1]:1-5", "[::2]:1-5"], [], 10),
        (["localhost:1-100", "LocalHost.:1-100", "a.localhost:1-100", "[::1]:1"], [], 0),
        (["localhost.example.net:1-100", "notlocalhost:1-100"], [], 200),
        (["10.0.0.1:1-100", "127.0.0.1:1-100"], ["10.0.0.1:51-100", "127.0.0.1:1-10"], 50),
    ],
)
def test_what_stays_on_this_host_does_not_count(words: list[str], excludes: list[str], afar: int) -> None:
    assert plan_from_args(words, Settings(), excludes=excludes_from(excludes)).afar == afar


@pytest.fixture(scope="module")
def routed() -> Iterator[Namespace]:
    """10.0.0.0/8 is elsewhere, though its answers come from here; 10.9.0.0/16 is attached."""
    with namespace() as net:
        net.run("ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo", check=True)
        net.run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", check=True)
        net.run("ip", "addr", "add", "10.9.0.1/16", "dev", "near", check=True)
        for end in ("near", "far"):
            net.run("ip", "link", "set", end, "up", check=True)
        yield net


@pytest.mark.parametrize(
    ("words", "entries"),
    [
        (("10.0.0.0/24", "-p", "1-100"), "51,200"),  # 256 hosts, two attempts each
        (("10.0.0.0/24", "-p", "1-100", "-r", "2"), "76,800"),
        (("10.0.0.0/24", "10.9.16.0/20", "-p", "1-100"), "51,200"),
        (("10.0.0.0/24", "-p", "1-24"), ""),
        (("10.0.0.0/24", "-p", "1-100", "--rate", "100"), ""),
        (("10.9.16.0/20", "-p", "1-100"), ""),
        (("127.0.0.1", "::1", "-p", "-"), ""),
    ],
)
def test_a_dry_run_tells_what_it_comes_to_if_nothing_answers(
    routed: Namespace, words: tuple[str, ...], entries: str
) -> None:
    said = routed.scanner("sweep", *words, "--dry-run", check=True).stdout
    if entries:
        assert f"warning:   if nothing answers, this scan leaves up to {entries} entries at a time in flow" in said
    else:
        assert "flow tables" not in said


def test_a_scan_says_so_once_and_its_report_too() -> None:
    """And not at all with -q, unless in the report."""
    ports = f"{SILENT.start}-{SILENT.stop - 1}"
    with namespace() as net:
        net.run("ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo", check=True)
        words = ("sweep", "10.0.0.0/25", "-p", ports, "-t", "50ms", "-r", "0", "-f", "json")
        told, quiet = net.scanner(*words, check=True), net.scanner(*words, "-q", check=True)
    (warning,), (same,) = (json.loads(done.stdout)["scan"]["warnings"] for done in (told, quiet))
    assert "--rate 100" in warning
    assert told.stderr.count(f"warning: {warning}\n") == 1
    assert same.partition(" ")[2] == warning.partition(" ")[2], "but for how many they are"
    assert quiet.stderr == ""


def test_attached_networks_have_no_such_box(routed: Namespace) -> None:
    """Hosts that are there, as the neighbour table has it, and are silent."""
    hosts = [f"10.9.0.{number}" for number in range(2, 132)]
    there = "".join(f"neigh add {host} lladdr 02:00:00:00:00:01 dev near nud permanent\n" for host in hosts)
    routed.run("ip", "-batch", "-", input=there, check=True)
    done = routed.scanner(
        "sweep", "10.9.0.2-131", "-p", "1-100", "-t", "50ms", "-r", "0", "-q", "-f", "json", check=True
    )
    told = json.loads(done.stdout)["scan"]
    assert told["counts"]["timeout"] == 13_000 > FITS
    assert told["warnings"] == []


def test_answers_leave_next_to_nothing() -> None:
    with namespace() as net:
        net.run("ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo", check=True)
        done = net.scanner("sweep", "10.0.0.1-3", "-p", "3000-9999", "-q", "-f", "json", check=True)
    assert json.loads(done.stdout)["scan"]["warnings"] == []
