"""`scanner matrix` as people and pipelines call it: reports of two places in, a table or data out, one exit status."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import run, run_here
from tests.namespace import SILENT, namespace

_HEAD = (
    "name,host,address,port,service,state,reason,icmp_from,rtt_ms,attempts,expect,met,tags,vantage,time,source,doubt,"
    "lost_syns\n"
)
_LIST = f"""
targets:
  - name: orders database
    host: 127.0.0.1
    port: {SILENT.start}
    expect_from: {{fra: refused, nyc: blocked}}
  - {{name: web, hosts: [127.0.0.1-3], port: 9, expect: refused}}
  - {{name: backup, host: 127.0.0.1, ports: [{SILENT.start + 1}-{SILENT.start + 9}], expect: refused}}
"""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of two places. The firewall of nyc drops some SYNs, that of fra none."""
    folder = tmp_path_factory.mktemp("scanned")
    (folder / "rules.yaml").write_text(_LIST)
    with namespace() as fra, namespace() as nyc:
        fra.run("nft", "delete", "table", "inet", "silence", check=True)
        for place, name, status in ((fra, "fra", 0), (nyc, "nyc", 1)):
            words = ("-t", "100ms", "-r", "0", "-q", "-o", f"{name}.json", "-o", "both.db", "-o", f"{name}.csv")
            done = place.scanner("scan", "rules.yaml", "--vantage", name, *words, cwd=folder)
            assert done.returncode == status, done.stderr
    return folder


def _place(target: dict[str, Any]) -> tuple[str, int]:
    return target["host"], target["port"]


def row(port: int, vantage: str, state: str = "open", more: str = ",") -> str:
    return f"web,10.0.0.1,10.0.0.1,{port},,{state},,,,1,{more},,{vantage},2026-01-31T12:00:00.000Z,,,0\n"


def test_two_places_and_a_list_that_says_what_is_expected_from_where(scanned: Path) -> None:
    done = run("matrix", "fra.json", "nyc.csv", cwd=scanned, env={"COLUMNS": "100"})
    assert done.returncode == 1
    table = done.stdout.split("\n\n")[1]
    lines = [line.split(maxsplit=99) for line in table.splitlines()]
    assert [" ".join(line) for line in lines] == [
        "NAME TARGET fra nyc",
        f"unmet, differ backup 127.0.0.1:{SILENT.start + 1}-{SILENT.start + 9} refused ✗ timeout expected refused "
        "from nyc",
        f"differ orders database 127.0.0.1:{SILENT.start} refused timeout",
        "agree web 127.0.0.1-3:9 refused refused",
    ]
    assert done.stderr == "13 targets from 2 vantages: 10 differ between them; 9 not as expected\n"


def test_reports_of_one_list_have_one_digest_wherever_they_are_from(scanned: Path) -> None:
    digests = {json.loads((scanned / f"{name}.json").read_text())["scan"]["list_digest"] for name in ("fra", "nyc")}
    assert len(digests) == 1
    assert digests != {""}


def test_every_format_of_reports_and_one_with_several_vantages(scanned: Path) -> None:
    wanted = json.loads(run("matrix", "fra.json", "nyc.json", "-f", "json", cwd=scanned).stdout)
    assert wanted["counts"] == {"targets": 13, "unmet": 9, "differ": 10, "partial": 0, "unjudged": 0}
    assert run("convert", "fra.csv", "nyc.json", "-o", "both.jsonl", "-f", "csv", cwd=scanned).returncode == 0
    for reports in (["fra.csv", "nyc.json"], ["both.jsonl"], ["both.db"]):
        found = json.loads(run("matrix", *reports, "-q", "-f", "json", cwd=scanned).stdout)
        assert found["counts"] == wanted["counts"], reports
        assert sorted(found["targets"], key=_place) == sorted(wanted["targets"], key=_place)


def test_formats_files_and_only(scanned: Path) -> None:
    for name in ("m.json", "m.csv", "m.md"):
        assert run("matrix", "fra.json", "nyc.json", "-o", name, cwd=scanned).returncode == 1
    head, *lines = (scanned / "m.csv").read_text().splitlines()
    assert head == "name,host,address,port,unmet,differ,from fra,from nyc"
    where = f"orders database,127.0.0.1,127.0.0.1,{SILENT.start}"
    assert f"{where},false,true,refused (conn-refused),timeout (no-response)" in lines
    assert "| agree" in (scanned / "m.md").read_text()
    done = run("matrix", "fra.json", "nyc.json", "--only", "unmet", "-f", "csv", cwd=scanned)
    assert done.stdout.count("true,true") == done.stdout.count("\n") - 1 == 9
    assert done.stderr.startswith("13 targets"), "the summary is of all of them"
    assert run("matrix", "fra.json", "nyc.json", "--only", "partial", cwd=scanned).stdout.count("\n") == 2


def test_that_they_differ_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_HEAD + row(22, "fra") + row(80, "fra"))
    (tmp_path / "b.csv").write_text(_HEAD + row(22, "nyc", "timeout"))
    done = run("matrix", "a.csv", "b.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        0, "2 targets from 2 vantages: 1 differs between them; not scanned: 1 from nyc\n"
    )  # fmt: skip
    quiet = run("matrix", "-q", "a.csv", "b.csv", cwd=tmp_path)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    (tmp_path / "c.csv").write_text(_HEAD + row(22, "nyc", "timeout", "open,false"))
    assert run("matrix", "-q", "a.csv", "c.csv", "--only", "differ", cwd=tmp_path).returncode == 1


def test_a_report_that_names_no_vantage_is_called_by_its_file(tmp_path: Path) -> None:
    for name in ("here.csv", "there.csv"):
        (tmp_path / name).write_text("host,port,state\n10.0.0.1,22,open\n")
    done = run("matrix", "here.csv", "there.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert "TARGET       here.csv  there.csv\n" in done.stdout
    assert done.stderr.splitlines()[0] == (
        "warning: here.csv, there.csv: without a vantage, so the file's name stands for it; scan --vantage NAME gives "
        "one"
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "no REPORT was given; write scanner matrix REPORT..."),
        (("-", "-"), "standard input can be read only once"),
        (("none.csv",), "none.csv: cannot be read: No such file"),
        (("a.csv", "--only", "unmte"), "'unmte' is not a kind of target; write some of unmet"),
        (("a.csv", "-f", "xml"), "'xml' is not a format of matrix; formats: table, csv, json, md"),
        (("a.csv", "-o", "a.csv"), "a.csv"),
        (("a.csv", "-o", "x.html"), "the matrix cannot be written as html"),
        (("torn.csv",), "torn.csv:2: "),
    ],
)
def test_mistakes(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    (tmp_path / "a.csv").write_text(_HEAD + row(22, "fra"))
    (tmp_path / "torn.csv").write_text(_HEAD + row(22, "fra")[:-1])
    done = run("matrix", *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert len(done.stderr.replace("\n(see scanner matrix --help)", "").splitlines()) == 1
    assert (tmp_path / "a.csv").read_text() == _HEAD + row(22, "fra")


@pytest.mark.parametrize("words", [(), pytest.param(("--processes", "2"), marks=pytest.mark.slow), ("--dry-run",)])
def test_a_misspelt_vantage_is_told_once(words: tuple[str, ...], tmp_path: Path, closed_port: int) -> None:
    text = f"targets: [{{host: 127.0.0.1, port: {closed_port}, expect: refused, expect_from: {{nyc: blocked}}}}]"
    (tmp_path / "l.yaml").write_text(text)
    done = (run_here if "--dry-run" in words else run)("scan", "l.yaml", "--vantage", "NYC", *words, cwd=tmp_path)
    assert done.returncode == 0
    assert (done.stdout + done.stderr).count('; did you mean "nyc"?\n') == 1
