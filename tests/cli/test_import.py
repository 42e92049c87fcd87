"""`scanner import` as people call it: lists in, a target list out, what was left out said, and nothing lost."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import scanner
from scanner.cli import status
from scanner.cli.app import run_command
from tests.cli.process import COMMAND, PATIENCE_S, environment, run

#: Runs the command in the folder, in this process: status, stdout, stderr.
Import = Callable[..., tuple[int, str, str]]

_LIST = "db1.example.com:5432\nudp://ns.example.com:53\n10.51.100.0/24:443\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "list.txt").write_text(_LIST)
    (tmp_path / "hosts.txt").write_text("localhost\n")
    (tmp_path / "bad.txt").write_text("localhost:0\n")
    (tmp_path / "worse.yaml").write_text("targets: [{host: a1, prot: 22}]\n")
    return tmp_path


@pytest.fixture
def imports(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Import:
    monkeypatch.chdir(folder)

    def ran(*words: str) -> tuple[int, str, str]:
        ended = status.guarded(lambda: run_command(["import", *words]))
        said = capfd.readouterr()
        return ended, said.out, said.err

    return ran


_TARGETS = "version: 1\n\ntargets:\n  - db1.example.com:5432  # list.txt:1\n  - 10.51.100.0/24:443  # list.txt:3\n"
_LEFT_OUT = 'list.txt:2:1: UDP ("udp://ns.example.com:53")'


def test_a_list_is_written_and_what_was_left_out_is_said(folder: Path, imports: Import) -> None:
    done = imports("list.txt", "-o", "t.yaml")
    assert done == (0, "", f"left out: {_LEFT_OUT}\nt.yaml: 2 entries imported\n")
    assert (folder / "t.yaml").read_text() == f"# Imported from list.txt.\n# - left out: {_LEFT_OUT}\n{_TARGETS}"
    assert [target.host for target in scanner.load_targets(folder / "t.yaml")][:2] == [
        "db1.example.com",
        "10.51.100.0",
    ]


def test_what_is_there_is_not_replaced_without_force(folder: Path, imports: Import) -> None:
    (folder / "t.yaml").write_text("edited\n")
    os.chmod(folder / "t.yaml", 0o640)
    code, out, err = imports("list.txt", "-o", "t.yaml")
    assert (code, out) == (2, "")
    assert err == "error: -o 't.yaml': is there already, and may have been edited; write another name, or add --force\n"
    assert (folder / "t.yaml").read_text() == "edited\n"
    assert imports("list.txt", "-o", "t.yaml", "--force")[0] == 0
    assert (folder / "t.yaml").read_text().endswith(_TARGETS)
    assert stat.S_IMODE((folder / "t.yaml").stat().st_mode) == 0o640


def test_an_empty_file_has_nothing_to_lose_and_a_new_one_has_the_usual_rights(folder: Path, imports: Import) -> None:
    (folder / "empty.yaml").touch()
    assert imports("list.txt", "-o", "empty.yaml")[0] == 0
    before = os.umask(0o027)
    try:
        assert imports("list.txt", "-o", "new.yaml")[0] == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "new.yaml").stat().st_mode) == 0o640


def test_all_mistakes_of_all_files_and_nothing_is_touched(folder: Path, imports: Import) -> None:
    before = sorted(os.listdir(folder))
    code, out, err = imports("bad.txt", "list.txt", "worse.yaml", "-o", "t.yaml")
    assert (code, out) == (2, "")
    assert {"bad.txt:1:1:", "worse.yaml:1:11:"} <= {line.partition(" ")[0] for line in err.splitlines()}
    assert sorted(os.listdir(folder)) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "no FILE was given"),
        (["list.txt"], "no file to write was given; write -o targets.yaml, or -o - for stdout"),
        (["-", "-", "-o", "t.yaml"], "standard input can be read only once"),
        (["list.txt", "-o", "t.csv"], "a target list is YAML, not csv; write a name such as targets.yaml"),
        (["list.txt", "-o", "list.txt", "--force"], "would replace an input file"),
        (["list.txt", "-o", "nowhere/t.yaml"], "the folder 'nowhere' does not exist"),
        (["list.txt", "-o", "."], "is a folder"),
        (["list.txt", "-o", "t.yaml", "-p", "0"], "out of range"),
        (["list.txt", "-o", "t.yaml", "--input-format", "toml"], "there is no input format"),
        (["hosts.txt", "-o", "t.yaml"], "no port; add -p PORTS"),
        (["gone.txt", "-o", "t.yaml"], "there is no such file"),
    ],
)
def test_bad_usage(words: list[str], told: str, folder: Path, imports: Import) -> None:
    before = sorted(os.listdir(folder))
    code, out, err = imports(*words)
    assert (code, out) == (2, "")
    assert told in err
    assert sorted(os.listdir(folder)) == before


def test_ports_of_what_names_none_become_the_default(folder: Path, imports: Import) -> None:
    assert imports("hosts.txt", "-p", "22", "-p", "443", "-o", "-")[1] == (
        "# Imported from hosts.txt.\nversion: 1\n\ndefaults:\n  ports: [22, 443]\n\n"
        "targets:\n  - localhost  # hosts.txt:1\n"
    )


def test_several_files_have_a_heading_each(imports: Import) -> None:
    out = imports("list.txt", "hosts.txt", "-p", "22", "-o", "-")[1]
    assert "targets:\n  # list.txt\n  - db1" in out
    assert "\n\n  # hosts.txt\n  - localhost" in out


def test_what_lies_beside_is_added_and_what_it_does_not_prove_is_said(folder: Path, imports: Import) -> None:
    code, _, err = imports("list.txt", "--negative", "-o", "t.yaml")
    assert code == 0
    text = (folder / "t.yaml").read_text()
    assert (
        "- name: port beside db1.example.com:5432  # list.txt:1\n    host: db1.example.com\n    ports: [5431, 5433]\n"
        in text
    )
    assert "hosts: [10.51.99.254, 10.51.101.1]\n    port: 443\n    expect: blocked\n    tags: [negative]\n" in text
    assert err.endswith("t.yaml: 2 entries imported, 3 added to test what is beside them\n")
    assert "note: refused is not blocked" in err
    assert "note: hosts that have a name have no neighbouring address" in err
    assert "# - refused is not blocked" in text
    tags = [target.tags for target in scanner.load_targets(folder / "t.yaml")]
    assert {("negative",), ()} == set(tags)


def test_what_was_added_has_no_say_in_the_defaults(folder: Path, imports: Import) -> None:
    (folder / "own.yaml").write_text(
        "targets: [{host: 'a[1-2]', port: 22, expect: open, tags: x}, {host: b1, port: 22, expect: open, tags: x}]\n"
    )
    out = imports("own.yaml", "--negative", "-o", "-")[1]
    assert "defaults:\n  expect: open\n  tags: [x]\n" in out
    assert "    host: b1\n    ports: [21, 23]\n    expect: blocked\n    tags: [x, negative]\n" in out


def test_a_table_with_heads_of_its_own(folder: Path, imports: Import) -> None:
    (folder / "rules.csv").write_text("Wohin;Wozu;Name\nwww.example.com;443;shop\n")
    code, out, err = imports("rules.csv", "--columns", "host=Wohin", "--columns", "port=Wozu", "-o", "-")
    assert (code, err) == (0, "stdout: 1 entry imported\n")
    assert out.endswith("  - name: shop  # rules.csv:2\n    host: www.example.com\n    port: 443\n")


def test_the_schema_is_named_where_it_lies_beside_the_list(folder: Path, imports: Import) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "targets.schema.json").write_text("{}")
    imports("list.txt", "-o", "sub/t.yaml")
    assert (
        (folder / "sub" / "t.yaml").read_text().startswith("# yaml-language-server: $schema=./targets.schema.json\n# I")
    )


def test_more_than_is_told_stands_in_the_list(folder: Path, imports: Import) -> None:
    (folder / "many.txt").write_text("a1:1\n" + "".join(f"udp://b{at}:53\n" for at in range(70)))
    code, out, err = imports("many.txt", "-o", "-")
    assert code == 0
    assert err.count("left out: many.txt:") == 50
    assert "left out: 20 more; the list names them all\n" in err
    assert out.count("# - left out: many.txt:") == 70
    assert "# - left out: 20 more, at the end of this file\n" in out


def test_from_stdin_to_stdout_and_on_into_a_scan(folder: Path) -> None:
    """A pipe from end to end: what is written is read."""
    (folder / "targets.schema.json").touch()  # which nobody finds beside stdout
    text = run("import", "-", "-o", "-", input="127.0.0.1:1\n", cwd=folder).stdout
    assert text == "# Imported from <stdin>.\nversion: 1\n\ntargets:\n  - 127.0.0.1:1  # <stdin>:1\n"
    done = run("scan", "-", "--dry-run", input=text)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "  127.0.0.1:1  expected open")


def test_a_list_that_cannot_be_written_is_status_3_and_says_why(folder: Path) -> None:
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(
            [*COMMAND, "import", "list.txt", "-o", "-"], cwd=folder, stdout=full, stderr=subprocess.PIPE,
            env=environment(), timeout=PATIENCE_S, encoding="utf-8", check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_hundred_thousand_lines(folder: Path) -> None:
    lines = [f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}:443" for at in range(1000, 100_000)]
    (folder / "long.txt").write_text("\n".join([*lines, *(f"h{at}.example.com:{at + 1}" for at in range(1000))]))
    done = run("import", "long.txt", "-o", "t.yaml", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "t.yaml: 100,000 entries imported\n")
    assert run("scan", "t.yaml", "--dry-run", cwd=folder).stdout.startswith("targets:   100,000 ")
