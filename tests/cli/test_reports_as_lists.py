"""Reports of a scan, given to the next one as its target list: what was open then is expected open now."""

import csv
import io
from pathlib import Path

from tests.cli.process import run

#: All that can be read back as a list of targets; the XML is nmap's.
READ_BACK = ("r.csv", "r.json", "r.jsonl", "r.xml")


def test_what_was_open_is_expected_open(open_port: int, closed_port: int, tmp_path: Path) -> None:
    outputs = [word for name in READ_BACK for word in ("-o", name)]
    ports = f"[{open_port}, {closed_port}]"
    (tmp_path / "t.yaml").write_text(
        f"targets: [{{name: '=door', host: 127.0.0.1, ports: {ports}, tags: [prod], expect: any}}]\n"
    )
    assert run("scan", "t.yaml", "-q", *outputs, cwd=tmp_path).returncode == 0
    done = run("scan", *READ_BACK, "-f", "csv", cwd=tmp_path)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0
    assert [(row["host"], row["port"], row["expect"], row["met"]) for row in rows] == [
        ("127.0.0.1", str(open_port), "open", "true")
    ] * len(READ_BACK)
    assert [(row["name"], row["tags"]) for row in rows] == [("'=door", "prod")] * 3 + [("", "")]
    for name in READ_BACK:
        assert f"{name}: 1 port that the scan did not find open left out" in done.stderr


def test_what_is_shut_now_is_told(closed_port: int, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(f"host,port,state\n127.0.0.1,{closed_port},open\n")
    done = run("scan", "r.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert "expected open" in done.stdout


def test_a_database_says_how_it_becomes_a_list(open_port: int, tmp_path: Path) -> None:
    assert run("scan", f"127.0.0.1:{open_port}", "-q", "-o", "r.db", cwd=tmp_path).returncode == 0
    done = run("scan", "r.db", cwd=tmp_path)
    told = "r.db:1:1: the file is a database; write scanner convert r.db -o FILE.json, and give that\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
    assert run("convert", "r.db", "-o", "r.json", cwd=tmp_path).returncode == 0
    assert run("scan", "r.json", "--dry-run", cwd=tmp_path).returncode == 0


def test_a_hosts_file_is_read_where_it_is_asked_for(open_port: int, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n0.0.0.0 ads.example.org\n")
    refused = run("scan", "./hosts", "-p", open_port, cwd=tmp_path)
    assert refused.returncode == 2
    assert "write --input-format hosts -p PORTS" in refused.stderr
    done = run("scan", "./hosts", "--input-format", "hosts", "-p", open_port, "-f", "csv", cwd=tmp_path)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["name"], row["host"], row["state"]) == ("localhost", "127.0.0.1", "open")
