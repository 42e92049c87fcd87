"""`scanner scan rules.csv` and `rules.xlsx` as a process: probed on loopback, `--columns`, what is left out."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.process import run

RULES = """\
Freischaltungen;;;
Ziel;Dienst;Protokoll;Aktion;Regel
127.0.0.1;%d;TCP;erlauben;offen
127.0.0.1;%d;6;verbieten;zu
127.0.0.1;53;UDP;erlauben;Namen
"""


def rows_of(stdout: str) -> list[tuple[str, int, str, str, bool]]:
    rows = map(json.loads, stdout.splitlines())
    return sorted((row["name"] or "", row["port"], row["state"], row["expect"], row["met"]) for row in rows)


def test_a_csv_of_rules_is_probed(tmp_path: Path, open_port: int, silent_port: int) -> None:
    (tmp_path / "rules.csv").write_text(RULES % (open_port, silent_port))
    done = run("scan", "rules.csv", "--skip-unsupported", "-t", "200ms", "-r", "0", "-f", "jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert rows_of(done.stdout) == [
        ("offen", open_port, "open", "open", True),
        ("zu", silent_port, "timeout", "blocked", True),
    ]
    assert "1 item that TCP cannot verify left out; the first is udp port 53 at rules.csv:5:14" in done.stderr


def test_udp_is_exit_2_and_nothing_is_probed(tmp_path: Path) -> None:
    (tmp_path / "rules.csv").write_text(RULES % (1, 2))
    done = run("scan", "rules.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "rules.csv:5:14: udp port 53 is not verifiable by TCP; remove it, or leave all such out with" in done.stderr


@pytest.mark.parametrize(
    "words",
    [["--columns", "host=Kiste,port='Loch, Nr.'"], ["--columns", "host=kiste", "--columns", 'port="Loch, Nr."']],
)
def test_columns_name_the_heads_of_a_workbook(words: list[str], tmp_path: Path, closed_port: int) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Kiste", "Loch, Nr.", "Expect"])
    book.active.append(["127.0.0.1", closed_port, "refused"])
    book.save(tmp_path / "rules.xlsx")
    done = run("scan", "rules.xlsx", *words, "-f", "jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert rows_of(done.stdout) == [("", closed_port, "refused", "refused", True)]


def test_a_head_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "rules.csv").write_text(RULES % (1, 2))
    done = run("scan", "rules.csv", "--columns", "host=Zeil", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    told = 'rules.csv:2:1: --columns: no column is called "Zeil"; did you mean "Ziel"? write one of its heads: "Ziel"'
    assert told in done.stderr


def test_columns_of_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "targets.yaml").write_text("targets: ['127.0.0.1:1']\n")
    done = run("scan", "targets.yaml", "--columns", "host=Ziel", cwd=tmp_path)
    assert done.returncode == 2
    assert "targets.yaml: --columns is for tables (csv, xlsx), and this looks like a target list of ours" in done.stderr


def test_a_table_that_is_not_there_is_no_host(tmp_path: Path) -> None:
    done = run("scan", "rulse.csv", "rulse.TSV", "rulse.xlsx", "-p", "22", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count(": there is no such file; check the name") == 3
