"""`scanner scan` as a process: what it finds, where it says so, its exit status."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.process import run
from tests.namespace import SILENT, namespace


def test_target_file_with_every_expectation_met(tmp_path: Path, open_port: int, closed_port: int) -> None:
    targets = tmp_path / "targets.yaml"
    targets.write_text(
        f"targets:\n"
        f"  - 127.0.0.1:{open_port}\n"
        f"  - {{name: old server, host: 127.0.0.1, port: {closed_port}, expect: refused}}\n"
    )
    done = run("scan", targets)
    assert (done.returncode, done.stderr.count("2 met, 0 not met")) == (0, 1)
    assert f"127.0.0.1:{open_port}" in done.stdout
    assert "old server" in done.stdout


def test_unmet_expectation_is_status_1_and_said(closed_port: int) -> None:
    done = run("scan", f"127.0.0.1:{closed_port}")
    assert done.returncode == 1
    assert "expected open" in done.stdout
    assert "1 not met" in done.stderr


def test_target_list_on_stdin(open_port: int) -> None:
    done = run("scan", "-", "-f", "jsonl", input=f"targets: ['127.0.0.1:{open_port}']\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["state"] == "open"


def test_ports_for_targets_that_name_none(open_port: int, closed_port: int) -> None:
    done = run("scan", "127.0.0.1", "-p", open_port, "-p", closed_port, "-f", "csv", "--expect", "reachable")
    assert done.returncode == 0
    assert {int(row["port"]) for row in csv.DictReader(done.stdout.splitlines())} == {open_port, closed_port}


def test_name_is_resolved(closed_port: int) -> None:
    done = run("scan", f"localhost:{closed_port}", "-4", "-f", "jsonl", "--expect", "refused")
    row = json.loads(done.stdout)
    assert (done.returncode, row["host"], row["address"]) == (0, "localhost", "127.0.0.1")


def test_silent_target_is_a_timeout_in_doubt(silent_port: int) -> None:
    words = ["scan", f"127.0.0.1:{silent_port}", "-t", "100ms", "-r", "0", "--expect", "blocked", "-f", "jsonl"]
    met, strict = run(*words), run(*words, "--strict")
    row = json.loads(met.stdout)
    assert (met.returncode, row["state"], row["reason"], row["attempts"]) == (0, "timeout", "no-response", 1)
    assert row["doubt"]
    assert strict.returncode == 1
    assert json.loads(strict.stdout)["met"] is False


def test_several_reports_at_once(tmp_path: Path, open_port: int) -> None:
    done = run(
        *("scan", f"127.0.0.1:{open_port}", "-o", "a.csv", "-o", "b.json", "-o", "jsonl:c.txt", "--vantage", "lab"),
        cwd=tmp_path,
    )
    assert done.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.json", "c.txt"]
    row = next(csv.DictReader((tmp_path / "a.csv").read_text().splitlines()))
    assert (row["port"], row["vantage"]) == (str(open_port), "lab")
    report = json.loads((tmp_path / "b.json").read_text())
    assert report["scan"]["complete"] is True
    assert report["scan"]["options"]["targets"] == [f"127.0.0.1:{open_port}"]
    assert json.loads((tmp_path / "c.txt").read_text())["state"] == "open"


@pytest.mark.parametrize(("only", "shown"), [(["--only", "unmet"], "refused"), (["--open"], "open")])
def test_only_selects_rows_and_nothing_else(only: list[str], shown: str, open_port: int, closed_port: int) -> None:
    done = run("scan", f"127.0.0.1:{open_port},{closed_port}", "-f", "jsonl", *only)
    assert done.returncode == 1  # the closed port still counts
    assert [json.loads(line)["state"] for line in done.stdout.splitlines()] == [shown]
    assert "2 targets: 1 open, 1 refused" in done.stderr


def test_quiet_says_nothing_at_all(closed_port: int) -> None:
    done = run("scan", f"127.0.0.1:{closed_port}", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("targets:\n  - localhost:70000\n  - host: x\n    prot: 80\n", ":2:5: "),
        ("targets: [localhost:22\n", ":2:1: "),
        ("", ":1:1: "),
        ("targets:\n- localhost:22\n- {host: localhost, host: x, port: 1}\n", ":3:21: "),
    ],
)
def test_bad_target_file_names_the_place(text: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(text)
    (tmp_path / "out.csv").write_text("last night's")
    done = run("scan", "t.yaml", "-o", "out.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert f"t.yaml{place}" in done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.endswith(" mistakes; nothing probed")]
    assert all(line.startswith("t.yaml:") for line in lines)
    assert done.stdout == ""
    assert (tmp_path / "out.csv").read_text() == "last night's"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing.yaml", "no such file"),
        (".", "is a directory"),
        ("no/such/file", "no such file"),
        ("localhost", "names no port"),
        ("localhost:http-typo", "http-typo"),
        ("10.0.0.1/24:80", "10.0.0.0/24"),
    ],
)
def test_bad_target_word(target: str, said: str, tmp_path: Path) -> None:
    done = run("scan", target, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_ipv6_address_needs_no_brackets_where_its_ports_stand_elsewhere(closed_port: int) -> None:
    done = run("scan", "::1", "-p", str(closed_port), "--expect", "any", "-f", "csv", "-q")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith(f",::1,::1,{closed_port},")


def test_only_some_entries(tmp_path: Path, closed_port: int) -> None:
    (tmp_path / "list.yaml").write_text(
        f"targets:\n  - {{name: web, host: 127.0.0.1, port: {closed_port}, tags: [prod], expect: refused}}\n"
        f"  - {{name: db, host: 127.0.0.2, port: {closed_port}}}\n"
    )
    for words in (("--tag", "prod"), ("--name", "w*")):
        done = run("scan", "list.yaml", *words, "-f", "csv", "-q", cwd=tmp_path)
        assert done.returncode == 0
        assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["name", "web"]
    done = run("scan", "list.yaml", "--tag", "prd", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'did you mean "prod"?' in done.stderr


CRON = "--quiet-unless-unmet"


@pytest.mark.parametrize("command", ["scan", "sweep"])
def test_for_cron_nothing_is_said_where_all_is_well(command: str, closed_port: int, tmp_path: Path) -> None:
    target = [f"127.0.0.1:{closed_port}"] if command == "scan" else ["127.0.0.1", "-p", closed_port]
    well = run(command, *target, CRON, "--expect", "refused", "-o", "o.csv", cwd=tmp_path)
    assert (well.returncode, well.stdout, well.stderr) == (0, "", "")
    assert (tmp_path / "o.csv").read_text().count("\n") == 2
    ill = run(command, *target, CRON, "--expect", "open")
    assert ill.returncode == 1
    assert str(closed_port) in ill.stdout
    assert "expectations: 0 met, 1 not met" in ill.stderr


def test_for_cron_only_what_is_not_as_expected_is_shown(open_port: int, closed_port: int) -> None:
    done = run("scan", f"127.0.0.1:{open_port},{closed_port}", CRON)
    assert done.returncode == 1
    assert str(open_port) not in done.stdout
    assert done.stdout.count(str(closed_port)) == 1


@pytest.mark.parametrize("other", ["-q", "-v", "-fcsv", "-ojson:-"])
def test_for_cron_goes_with_no_other_way_of_telling(other: str) -> None:
    done = run("scan", "127.0.0.1:1", CRON, other)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{CRON} and {'-o -' if other[:2] == '-o' else other[:2]} cannot be combined" in done.stderr


@pytest.mark.parametrize("words", [(CRON,), ("--only", "unmet")])
def test_what_shows_the_unmet_needs_an_expectation(words: tuple[str, ...]) -> None:
    done = run("sweep", "127.0.0.1", "-p", "1", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a sweep expects nothing by itself; add --expect" in done.stderr


def test_for_cron_reports_keep_their_remarks_to_themselves(closed_port: int, tmp_path: Path) -> None:
    """A hard link, and a list that leaves out a row, are worth a line on other nights."""
    (tmp_path / "o.csv").touch()
    (tmp_path / "link").hardlink_to(tmp_path / "o.csv")
    words = (f"127.0.0.1:{closed_port}", "--expect", "refused", "-o", "o.csv", "-o", "o.list")
    assert "hard link" in run("scan", *words, cwd=tmp_path).stderr
    (tmp_path / "link").unlink()
    (tmp_path / "link").hardlink_to(tmp_path / "o.csv")
    done = run("scan", *words, CRON, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_for_cron_nothing_is_traced_where_all_is_well() -> None:
    with namespace() as net:
        words = (f"127.0.0.1:{SILENT.start}", "-t", "100ms", "-r", "0", "--explain", CRON, "--expect")
        assert net.scanner("scan", *words, "blocked").stderr == ""
        assert net.dropped == 1, "the probe itself"
        assert "Where it stops:" in net.scanner("scan", *words, "open").stdout
        assert net.dropped > 3


def test_a_rule_that_excludes_leave_nothing_of_is_told(closed_port: int, tmp_path: Path) -> None:
    rules = "".join(f"- {{name: r{n}, host: 127.0.0.{n}, port: {closed_port}, expect: any}}\n" for n in (1, 2))
    (tmp_path / "list.yaml").write_text(f"targets:\n{rules}", encoding="utf-8")
    done = run("scan", "list.yaml", "--exclude", "127.0.0.2", cwd=tmp_path)
    assert done.returncode == 0
    assert "2 rules: 1 as expected, 0 not, 1 without a target left (excludes, -4, -6)" in done.stderr.splitlines()
