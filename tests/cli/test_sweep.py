"""`scanner sweep` as a process."""

import csv
import json
import socket
from pathlib import Path

import pytest

from scanner.services import discovery_ports
from tests.cli.process import run


def test_sweep_finds_the_open_port_and_has_no_expectation(open_port: int, closed_port: int) -> None:
    done = run("sweep", "127.0.0.1", "-p", f"{open_port},{closed_port}", "-f", "csv")
    rows = {int(row["port"]): row for row in csv.DictReader(done.stdout.splitlines())}
    assert done.returncode == 0
    assert (rows[open_port]["state"], rows[closed_port]["state"]) == ("open", "refused")
    assert {row["expect"] for row in rows.values()} == {""}


def test_expectation_of_a_sweep_is_its_status(open_port: int) -> None:
    assert run("sweep", "127.0.0.1", "-p", open_port, "--expect", "not-open").returncode == 1


def test_without_ports_those_that_are_asked_first_are_swept() -> None:
    """On loopback every host is there."""
    done = run("sweep", "127.0.0.1-2", "--discover", "-f", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert {(row["host"], row["port"]) for row in rows} == {
        (host, port) for host in ("127.0.0.1", "127.0.0.2") for port in discovery_ports()
    }
    assert len(rows) == 20


def test_a_port_that_is_asked_first_and_wanted_too_is_one_row_and_others_asked_first_have_none(
    open_port: int, closed_port: int, tmp_path: Path
) -> None:
    done = run("sweep", "127.0.0.1", "--discover", "-p", f"{open_port},{closed_port},80", "-o", "o.json", cwd=tmp_path)
    assert done.returncode == 0
    report = json.loads((tmp_path / "o.json").read_text())
    assert sorted(row["port"] for row in report["results"]) == sorted((open_port, closed_port, 80))
    assert report["scan"]["silent_hosts"] == {"count": 0, "ranges": []}
    assert report["scan"]["options"]["discover"] is True
    assert "passed over" not in done.stdout + done.stderr


def test_only_where_hosts_are_asked_first_does_the_report_say_who_was_silent(tmp_path: Path, closed_port: int) -> None:
    run("sweep", "127.0.0.1", "-p", closed_port, "-o", "o.json", cwd=tmp_path)
    assert "silent_hosts" not in json.loads((tmp_path / "o.json").read_text())["scan"]


@pytest.mark.parametrize("expect", ["open", "any"])
def test_to_pass_hosts_over_and_to_expect_something_of_them_is_a_contradiction(expect: str, tmp_path: Path) -> None:
    for more in ((), ("--dry-run",)):
        done = run(
            "sweep", "127.0.0.1", "-p", "80", "--discover", "--expect", expect, "-o", "o.csv", *more, cwd=tmp_path
        )
        assert done.returncode == 2
        assert "would seem to be met; leave out --discover, or the expectation (--expect)" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_help_names_the_ports_that_are_asked_first() -> None:
    text = " ".join(run("sweep", "--help").stdout.split())
    assert f"the ten commonest ports first ({' '.join(map(str, discovery_ports()))}), and" in text


def test_it_is_an_option_of_sweep_alone() -> None:
    assert run("scan", "127.0.0.1:80", "--discover").returncode == 2
    assert "-p is missing" in run("sweep", "127.0.0.1").stderr


def test_hosts_from_a_file_and_from_stdin(tmp_path: Path, closed_port: int) -> None:
    (tmp_path / "hosts.txt").write_text("127.0.0.1  127.0.0.4\t127.0.0.5# ours\n\n127.0.0.2\n")
    words = ("-p", closed_port, "-f", "jsonl")
    of_file = run("sweep", "-i", "hosts.txt", *words, cwd=tmp_path)
    of_stdin = run("sweep", "-i", "-", *words, input="127.0.0.3\n")
    assert {json.loads(line)["host"] for line in of_file.stdout.splitlines()} == {f"127.0.0.{n}" for n in (1, 2, 4, 5)}
    assert json.loads(of_stdin.stdout)["host"] == "127.0.0.3"


def test_excludes_hold(tmp_path: Path, closed_port: int) -> None:
    (tmp_path / "never.txt").write_text("127.0.0.2 127.0.0.8/30  # and\n127.0.0.12-127.0.0.15, 127.0.0.16\n")
    done = run(
        *("sweep", "127.0.0.0-127.0.0.16", "-p", closed_port, "-f", "jsonl"),
        *("--exclude", "127.0.0.4/30,127.0.0.0", "--exclude-file", "never.txt"),
        cwd=tmp_path,
    )
    assert {json.loads(line)["host"] for line in done.stdout.splitlines()} == {"127.0.0.1", "127.0.0.3"}


def test_ports_among_the_hosts(closed_port: int) -> None:
    done = run("sweep", "127.0.0.1", "22", "-p", closed_port)
    assert done.returncode == 2
    assert f'"22" is a port, not a host; write all ports after -p: -p {closed_port},22' in done.stderr
    assert run("sweep", "127.0.0.1", "-p", f"{closed_port},22").returncode == 0


def test_nothing_left_is_status_2(closed_port: int) -> None:
    done = run("sweep", "127.0.0.1", "-p", closed_port, "--exclude", "127.0.0.0/8")
    assert done.returncode == 2
    assert "nothing left to probe" in done.stderr


def test_local_address_is_where_probes_leave_from(open_port: int) -> None:
    done = run("sweep", "127.0.0.1", "-p", open_port, "-S", "127.0.0.9", "-f", "jsonl")
    row = json.loads(done.stdout)
    assert (row["state"], row["source"]) == ("open", "127.0.0.9")


def test_every_poller_of_this_system(open_port: int) -> None:
    from scanner.machine.pollers import available

    for name in available():
        done = run("sweep", "127.0.0.1", "-p", open_port, "--poller", name, "-f", "jsonl")
        assert json.loads(done.stdout)["state"] == "open", name


def test_what_only_hides_is_not_taken_for_silence(
    open_port: int, silent_ports: tuple[int, int], tmp_path: Path
) -> None:
    first, second = sorted(silent_ports)
    sweep = ("sweep", "127.0.0.1", "-p", f"{open_port},{first},{second}", "-t", "300ms", "-r", "0")
    done = run(*sweep, "--only", "timeout", "-o", "o.json", cwd=tmp_path)
    converted = run("convert", "o.json", "-f", "table", cwd=tmp_path)
    for said in (done.stdout, run(*sweep, "--only", "blocked").stdout, converted.stdout):
        assert f"127.0.0.1  {first}" in said
        assert f" {second}" in said
        assert "answer" not in said


def test_a_converted_sweep_has_as_many_hosts_as_it_had(closed_port: int, tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        ports = f"{bound.getsockname()[1]},{closed_port}"
        done = run("sweep", "127.0.0.1-20", "-p", ports, "-o", "o.json", cwd=tmp_path)
    converted = run("convert", "o.json", "-f", "table", cwd=tmp_path)
    assert converted.stdout == done.stdout == "20 hosts (127.0.0.1-20): 2 refused each\n"
    run("sweep", "127.0.0.1-20", "-p", closed_port, "-o", "one.json", cwd=tmp_path)
    for reports, each in ((["one.json"], 1), (["one.json", "one.json"], 2)):
        converted = run("convert", *reports, "-f", "table", cwd=tmp_path)
        assert converted.stdout == f"20 hosts (127.0.0.1-20): {each} refused each\n"
