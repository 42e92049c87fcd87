"""`scanner sweep` as a process."""

import csv
import json
from pathlib import Path

from tests.cli.process import run


def test_sweep_finds_the_open_port_and_has_no_expectation(open_port: int, closed_port: int) -> None:
    done = run("sweep", "127.0.0.1", "-p", f"{open_port},{closed_port}", "-f", "csv")
    rows = {int(row["port"]): row for row in csv.DictReader(done.stdout.splitlines())}
    assert done.returncode == 0
    assert (rows[open_port]["state"], rows[closed_port]["state"]) == ("open", "refused")
    assert {row["expect"] for row in rows.values()} == {""}


def test_expectation_of_a_sweep_is_its_status(open_port: int) -> None:
    assert run("sweep", "127.0.0.1", "-p", open_port, "--expect", "not-open").returncode == 1


def test_hosts_from_a_file_and_from_stdin(tmp_path: Path, closed_port: int) -> None:
    (tmp_path / "hosts.txt").write_text("127.0.0.1  # ours\n\n127.0.0.2\n")
    words = ("-p", closed_port, "-f", "jsonl")
    of_file = run("sweep", "-i", "hosts.txt", *words, cwd=tmp_path)
    of_stdin = run("sweep", "-i", "-", *words, input="127.0.0.3\n")
    assert {json.loads(line)["host"] for line in of_file.stdout.splitlines()} == {"127.0.0.1", "127.0.0.2"}
    assert json.loads(of_stdin.stdout)["host"] == "127.0.0.3"


def test_excludes_hold(tmp_path: Path, closed_port: int) -> None:
    (tmp_path / "never.txt").write_text("127.0.0.2\n")
    done = run(
        *("sweep", "127.0.0.0/29", "-p", closed_port, "-f", "jsonl"),
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
