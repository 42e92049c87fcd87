"""Entries that expect different things of different ports, and those of which some targets are enough: whole runs, what
they say and how they end. Each entry stays one rule."""

import csv
import json
import signal
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.process import PATIENCE_S, run, start


def listed(folder: Path, text: str) -> Path:
    path = folder / "targets.yaml"
    path.write_text(f"targets:\n{text}")
    return path


def found(done: Any) -> list[tuple[str, str, str]]:
    """Port, expectation and whether it is met, by port."""
    rows = [(row["port"], row["expect"], row["met"]) for row in csv.DictReader(done.stdout.splitlines())]
    return sorted(rows, key=lambda row: int(row[0]))


def test_each_port_is_judged_by_the_narrowest_list_that_holds_it(
    tmp_path: Path, open_port: int, closed_port: int
) -> None:
    path = listed(
        tmp_path,
        f"- {{host: 127.0.0.1, expect: {{open: {open_port}, any: '-'}}, ports: [{open_port}, {closed_port}]}}\n"
        f"- {{host: 127.0.0.1, expect: {{refused: {closed_port}}}, ports: [{open_port}, {closed_port}]}}\n",
    )
    done = run("scan", path)
    assert (done.returncode, done.stderr.count("2 rules: 2 as expected, 0 not")) == (0, 1)
    assert "4 met, 0 not met" in done.stderr


@pytest.mark.slow
def test_the_command_line_speaks_for_the_ports_that_no_list_holds(
    tmp_path: Path, open_port: int, closed_port: int
) -> None:
    ports = f"ports: [{open_port}, {closed_port}]"
    path = listed(tmp_path, f"- {{host: 127.0.0.1, expect: {{refused: {closed_port}}}, {ports}}}\n")
    done = run("scan", path, "--expect", "blocked", "-f", "csv", "-q")
    assert done.returncode == 1
    assert sorted(found(done)) == sorted([(str(open_port), "blocked", "false"), (str(closed_port), "refused", "true")])


@pytest.mark.slow
def test_the_ports_of_the_lists_are_those_of_the_entry(tmp_path: Path, open_port: int, closed_port: int) -> None:
    path = listed(tmp_path, f"- {{host: 127.0.0.1, expect: {{open: {open_port}, refused: '{closed_port},1-2'}}}}\n")
    done = run("scan", path, "-p", "9", "-f", "csv", "-q")
    assert done.returncode == 0
    assert {row[0] for row in found(done)} == {"1", "2", str(open_port), str(closed_port)}
    dry = run("scan", path, "--dry-run", "-v")
    assert (dry.returncode, dry.stdout.split()[1], "127.0.0.1:1  expected refused\n" in dry.stdout) == (0, "4", True)


@pytest.mark.slow
def test_what_is_amiss_is_told_with_what_was_expected_of_it(tmp_path: Path) -> None:
    path = listed(tmp_path, "- {name: tier, host: 127.0.0.1, expect: {open: 1-2, blocked: 3-5, refused: 6-30}}\n")
    reports = [word for name in ("r.json", "junit:r.xml", "r.md", "r.html", "r.prom", "r.db") for word in ("-o", name)]
    done = run("scan", path, *reports, cwd=tmp_path)
    assert done.returncode == 1
    assert "1-30: 30 refused, ✗ 5 not as expected (blocked; open)" in done.stdout
    assert "127.0.0.1:3-5" not in done.stdout.partition("Not as expected: 5 targets")[0]
    told = done.stdout.partition("Not as expected: 5 targets")[2]
    assert "127.0.0.1:1  refused (conn-refused), expected open [tier]" in told
    assert "127.0.0.1:4  refused (conn-refused), expected blocked [tier]" in told
    rows = json.loads((tmp_path / "r.json").read_text())["results"]
    assert Counter((row["expect"], row["met"]) for row in rows) == {
        ("open", False): 2, ("blocked", False): 3, ("refused", True): 25,
    }  # fmt: skip
    cases = {case.get("name") for case in ElementTree.parse(tmp_path / "r.xml").iter("testcase")}
    assert {"127.0.0.1:2 expected open", "127.0.0.1:3 expected blocked", "127.0.0.1:6 expected refused"} <= cases
    lines = [line for line in (tmp_path / "r.md").read_text().splitlines() if "tier" in line]
    assert [("`open`" in line, "`blocked`" in line, "1-2" in line, "3-5" in line) for line in lines] == [
        (True, False, True, False), (False, True, False, True),
    ]  # fmt: skip
    assert run("diff", "r.json", "r.db", cwd=tmp_path).returncode == 0


@pytest.mark.slow
def test_a_crowd_of_cases_is_one_for_each_rule(tmp_path: Path) -> None:
    path = listed(tmp_path, "- {name: all, host: 127.0.0.1, expect: {open: 1-3, any: '1-12000'}}\n")
    done = run("scan", path, "-f", "junit", "-q")
    (case,) = ElementTree.fromstring(done.stdout).iter("testcase")
    assert (done.returncode, case.get("name")) == (1, "all targets expected open or any")
    (failure,) = case
    assert failure.get("message") == "3 of 12000 targets are not as expected: 3 refused"


@pytest.mark.slow
def test_some_of_them_are_enough(tmp_path: Path, open_port: int) -> None:
    one = f"hosts: [127.0.0.1-3], port: {open_port}"
    path = listed(tmp_path, f"- {{name: any, {one}, need: 1}}\n- {{name: two, {one}, expect: refused, need: 2}}\n")
    done = run("scan", path)
    assert (done.returncode, "2 rules: 2 as expected, 0 not" in done.stderr) == (0, True)
    assert "6 met, 0 not met" in done.stderr
    assert "Not as expected" not in done.stdout
    quiet = run("scan", path, "--quiet-unless-unmet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


@pytest.mark.slow
def test_too_few_are_not(tmp_path: Path, open_port: int) -> None:
    path = listed(
        tmp_path, f"- {{name: any, hosts: [127.0.0.1-3], port: {open_port}, need: 2}}\n- 127.0.0.1:{open_port}\n"
    )
    done = run("scan", path, "-o", "r.json", cwd=tmp_path)
    assert (done.returncode, "2 rules: 1 as expected, 1 not" in done.stderr) == (1, True)
    assert "warning: any needs 2 targets as expected, and has 1" in done.stderr
    assert done.stdout.count("refused (conn-refused), expected open [any]") == 2
    scan = json.loads((tmp_path / "r.json").read_text())["scan"]
    assert scan["warnings"] == ["any needs 2 targets as expected, and has 1"]
    chosen = run("scan", path, "--name", "any", "--only", "unmet", "-f", "csv", "-q")
    assert (chosen.returncode, [row[2] for row in found(chosen)]) == (1, ["false", "false"])


@pytest.mark.slow
def test_a_name_with_fewer_addresses_than_are_needed_is_unmet_though_all_is_well(
    tmp_path: Path, closed_port: int
) -> None:
    path = listed(tmp_path, f"- {{name: pool, host: localhost, port: {closed_port}, expect: refused, need: 2}}\n")
    done = run("scan", path, "-4")
    assert done.returncode == 1
    assert "refused (conn-refused), expected refused, but too few are [pool]" in done.stdout
    assert "warning: pool needs 2 targets as expected, and has 1" in done.stderr
    assert "0 met, 1 not met" in done.stderr


@pytest.mark.slow
def test_targets_that_are_left_out_are_lacking(tmp_path: Path, open_port: int) -> None:
    path = listed(tmp_path, f"- {{hosts: [127.0.0.1-2], ports: [{open_port}, 1], expect: reachable, need: 3}}\n")
    assert run("scan", path, "-q").returncode == 0
    assert run("scan", path, "-q", "--exclude", "127.0.0.2").returncode == 1


@pytest.mark.slow
def test_an_entry_that_needs_targets_and_has_none_left_is_not_as_expected(tmp_path: Path, open_port: int) -> None:
    path = listed(tmp_path, f"- 127.0.0.1:{open_port}\n- {{name: gone, host: 127.0.0.5, port: {open_port}, need: 1}}\n")
    done = run("scan", path, "--exclude", "127.0.0.5", "-o", "r.json", "-o", "junit:r.xml", cwd=tmp_path)
    assert (done.returncode, "2 rules: 1 as expected, 1 not" in done.stderr) == (1, True)
    assert "warning: gone needs 1 target as expected, and has 0" in done.stderr
    scan = json.loads((tmp_path / "r.json").read_text())["scan"]
    assert scan["warnings"] == [
        "gone needs 1 target, and none is left (excludes, -4, -6)",
        "gone needs 1 target as expected, and has 0",
    ]
    suite = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    dry = run("scan", path, "--exclude", "127.0.0.5", "--dry-run")
    said = "gone needs 1 target, and none is left (excludes, -4, -6)"
    assert (dry.returncode, f"warning:   {said}" in dry.stdout) == (0, True)
    assert f"warning: {said}" in done.stderr
    quiet = run("scan", path, "--exclude", "127.0.0.5", "--quiet-unless-unmet")
    assert (quiet.returncode, "gone needs 1 target" in quiet.stderr) == (1, True)
    text = path.read_text().replace("127.0.0.5", '"2001:db8:9::1"')
    path.write_text(text)
    assert run("scan", path, "-4", "-q").returncode == 1


@pytest.mark.slow
def test_what_waits_is_in_the_report_of_a_scan_that_was_stopped(
    tmp_path: Path, open_port: int, closed_port: int, silent_port: int
) -> None:
    path = listed(
        tmp_path,
        f"- {{name: waits, host: 127.0.0.1, ports: [{closed_port}, {silent_port}], need: 1, timeout: 25s}}\n"
        f"- 127.0.0.1:{open_port}\n",
    )
    process = start("scan", path, "-o", "r.jsonl", "-o", "r.md", "-o", "junit:r.xml", "-f", "jsonl", cwd=tmp_path)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["port"] == open_port
    process.send_signal(signal.SIGINT)
    rest, said = process.communicate(timeout=PATIENCE_S)
    (waited,) = map(json.loads, rest.splitlines())
    assert (waited["port"], waited["state"], waited["met"]) == (closed_port, "refused", None)
    assert (process.returncode, "needs 1" in said) == (130, False)
    assert "2 rules: 0 not as expected, of the others not all is known" in said
    assert "not as expected" not in (tmp_path / "r.md.partial").read_text().lower()
    suite = ElementTree.parse(tmp_path / "r.xml.partial").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    for command in (["convert", "r.jsonl.partial", "-o", "r.csv"], ["convert", "r.jsonl.partial", "-o", "r.html"]):
        assert run(*command, cwd=tmp_path).returncode == 0
    assert run("diff", "r.jsonl.partial", "r.csv", cwd=tmp_path).returncode == 0
