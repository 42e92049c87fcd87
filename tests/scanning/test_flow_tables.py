"""Entries in flow tables on the way: from when on a scan says so, and that it says so once."""

import json

import pytest

from scanner.scanning import flow_tables as flows
from scanner.targets.entry import Settings
from scanner.targets.make_plan import excludes_from, plan_from_args
from tests.cli.process import run
from tests.namespace import namespace


@pytest.mark.parametrize(
    ("targets", "hosts", "rate", "host_rate", "entries"),
    [
        (20_000, 1, None, None, 20_000),
        (65_535, 1, None, None, 65_535),
        (65_535, 1, 100.0, None, 12_000),
        (65_535, 1, 2000.0, None, 65_535),
        (65_535, 9, None, 10.0, 10_800),
        (65_535, 9, 50.0, 10.0, 6000),
        (300, 1, 10.0, None, 300),
    ],
)
def test_an_attempt_for_each_target_for_two_minutes(
    targets: int, hosts: int, rate: float | None, host_rate: float | None, entries: int
) -> None:
    assert flows.entries(targets, hosts, rate, host_rate) == entries


def test_what_it_suggests_is_enough() -> None:
    assert "--rate 160 " in flows.warning(10**9, 1, None, None)
    assert flows.warning(10**9, 1, 160.0, None) == ""
    assert flows.warning(10**9, 1, 200.0, None) != ""


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


def test_a_dry_run_says_so() -> None:
    said = run("sweep", "10.0.0.0/24", "-p", "1-100", "--dry-run").stdout
    assert "warning:   this scan may leave more than 20,000 entries in flow tables" in said
    for words in (("-p", "1-78"), ("-p", "1-100", "--rate", "160"), ("-p", "1-100", "--host-rate", "0.6")):
        assert "flow tables" not in run("sweep", "10.0.0.0/24", *words, "--dry-run").stdout
    assert "flow tables" not in run("sweep", "127.0.0.1", "::1", "-p", "-", "--dry-run").stdout


def test_a_scan_says_so_once_and_its_report_too() -> None:
    with namespace() as net:
        net.run("ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo", check=True)
        done = net.scanner("sweep", "10.0.0.1-3", "-p", "1-6667", "-q", "-f", "json")
    (warning,) = json.loads(done.stdout)["scan"]["warnings"]
    assert "--rate 160" in warning
    assert done.stderr == f"warning: {warning}\n"
