"""What `scanner import` says of files that are not as hoped: which file it is about, and what to do instead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli import status
from scanner.cli.app import run_command

#: Runs the command in the folder, in this process: status, stdout, and the lines on stderr.
Import = Callable[..., tuple[int, str, list[str]]]

_MISSING = "there is no such file; check the name (targets themselves can be imported from stdin, as -)"


@pytest.fixture
def imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Import:
    (tmp_path / "a.txt").write_text("10.0.0.1:22\n")
    (tmp_path / "udp.csv").write_text("host,port,protocol\n10.0.0.1,53,udp\n10.0.0.2,67,udp\n")
    (tmp_path / "any.txt").write_text("0.0.0.0/0:8080\n")
    (tmp_path / "none.xml").write_text('<nmaprun scanner="nmap" start="1"><runstats><finished/></runstats></nmaprun>')
    monkeypatch.chdir(tmp_path)

    def ran(*words: str) -> tuple[int, str, list[str]]:
        ended = status.guarded(lambda: run_command(["import", *words]))
        said = capfd.readouterr()
        return ended, said.out, said.err.splitlines()

    return ran


def test_files_that_are_missing_count_among_the_mistakes(imports: Import, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("h1:0\n")
    code, out, told = imports("gone.txt", "bad.txt", "lost.txt", "-o", "t.yaml")
    assert (code, out) == (2, "")
    assert (told[0], told[-2]) == (f"error: gone.txt: {_MISSING}", f"error: lost.txt: {_MISSING}")
    assert told[-1] == "3 mistakes; nothing written"


def test_all_mistakes_of_all_files_are_counted(imports: Import, tmp_path: Path) -> None:
    for name in ("1.txt", "2.txt", "3.txt"):
        (tmp_path / name).write_text("".join(f"h{at}:0\n" for at in range(60)))
    told = imports("1.txt", "2.txt", "3.txt", "-o", "t.yaml")[2]
    assert [text for text in told if text.endswith("more")] == [f"{at}.txt: and 10 more" for at in (1, 2, 3)]
    assert told[-1] == "180 mistakes; nothing written"


def test_a_file_is_named_once(imports: Import) -> None:
    assert imports("a.txt", "./a.txt", "-o", "t.yaml") == (
        2, "", ["error: './a.txt' is the same file as 'a.txt'; name it once"],
    )  # fmt: skip


def test_a_list_of_nothing_but_udp_is_told_beside_others(imports: Import) -> None:
    code, out, told = imports("udp.csv", "a.txt", "-o", "-")
    assert (code, told) == (
        0,
        [
            "warning: udp.csv: the file names no targets but 2 items that TCP cannot verify",
            "left out: udp.csv:2:13: udp port 53",
            "left out: udp.csv:3:13: udp port 67",
            "stdout: 1 entry imported",
        ],
    )
    assert out.endswith("targets:\n  # a.txt\n  - 10.0.0.1:22  # a.txt:1\n")


def test_and_alone_it_is_an_error_that_lists_them(imports: Import) -> None:
    code, out, told = imports("udp.csv", "none.xml", "-o", "-")
    assert (code, out) == (2, "")
    names_none = "the file names no targets"
    assert told == [
        f"udp.csv:1:1: {names_none} but 2 items that TCP cannot verify; import files that name targets for TCP",
        f"none.xml:1:1: {names_none}; import files that name targets for TCP",
        "udp.csv:2:13: udp port 53 is not verifiable by TCP",
        "udp.csv:3:13: udp port 67 is not verifiable by TCP",
        "4 mistakes; nothing written",
    ]


def test_warnings_of_several_files_say_which_file_and_are_not_made_one(imports: Import, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("0.0.0.0/0:8081\n")
    needs = "every address there is (0.0.0.0/0, ::/0) is a target: a scan of the list needs --allow-any"
    code, out, told = imports("any.txt", "b.txt", "-o", "-")
    assert (code, told[:2]) == (0, [f"warning: any.txt: {needs}", f"warning: b.txt: {needs}"])
    assert f"# - any.txt: {needs.partition(' needs')[0]}" in out
    assert imports("any.txt", "-o", "-")[2][0] == f"warning: {needs}"


def test_a_line_end_in_a_name_ends_no_line_of_the_list(imports: Import, tmp_path: Path) -> None:
    (tmp_path / "x\n- y:1").write_text("10.0.0.2:22\n")
    code, out, _ = imports("a.txt", "x\n- y:1", "-o", "-")
    assert code == 0
    assert out.endswith("  # x\\n- y:1\n  - 10.0.0.2:22  # x\\n- y:1:1\n")


@pytest.mark.parametrize("word", ["yaml", "YAML", "yml"])
def test_the_format_may_be_said(word: str, imports: Import, tmp_path: Path) -> None:
    assert imports("a.txt", "-o", f"{word}:t.out")[0] == 0
    assert (tmp_path / "t.out").exists()


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("csv:t.yaml", "error: -o 'csv:t.yaml': a target list is YAML, not csv; write a name such as targets.yaml"),
        ("yaml:", "error: -o 'yaml:' names no file; write -o targets.yaml"),
        ("a.txt", "error: -o 'a.txt': would replace an input file; give it another name"),
    ],
)
def test_where_no_list_is_written(output: str, told: str, imports: Import) -> None:
    assert imports("a.txt", "-o", output) == (2, "", [told])


def test_what_cannot_be_written_is_a_list(imports: Import) -> None:
    assert imports("a.txt", "-o", "/dev/full") == (
        3, "", ["error: /dev/full: the list could not be written: No space left on device"],
    )  # fmt: skip
