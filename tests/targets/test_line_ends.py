"""What ends a line: LF, CRLF, CR. What others take for one is refused, in every text that is read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.file.line_ends import unified
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_file import read_target_file
from scanner.targets.grammar.host_values import HostName
from tests.targets.made import attempt, places, told

#: Everything that str.splitlines, YAML 1.1 or Unicode take for a line end, and we do not.
OTHERS = {
    "\v": "VERTICAL TAB (U+000B)",
    "\f": "FORM FEED (U+000C)",
    "\x1c": "FILE SEPARATOR (U+001C)",
    "\x1d": "GROUP SEPARATOR (U+001D)",
    "\x1e": "RECORD SEPARATOR (U+001E)",
    "\x85": "NEXT LINE (U+0085)",
    "\u2028": "LINE SEPARATOR (U+2028)",
    "\u2029": "PARAGRAPH SEPARATOR (U+2029)",
}
ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
EACH_END = pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
EACH_OTHER = pytest.mark.parametrize("other", OTHERS, ids=[name.split(" (")[0] for name in OTHERS.values()])


def written(folder: Path, text: str) -> str:
    path = folder / "list.txt"
    path.write_bytes(text.encode())
    return str(path)


def test_these_are_all_that_python_breaks_lines_at() -> None:
    every = (chr(code) for code in range(0x110000))
    assert {char for char in every if len(f"a{char}b".splitlines()) > 1} == {"\r", "\n", *OTHERS}


@EACH_END
def test_a_comment_ends_with_its_line(tmp_path: Path, end: str) -> None:
    path = written(tmp_path, end.join(["# never touch", "db1 # the old one", "", "db2", "#db3", "db4"]))
    assert [host.text for host in read_hosts(path) if isinstance(host, HostName)] == ["db1", "db2", "db4"]
    assert len(read_excludes(path)) == 3


@EACH_END
def test_a_target_file_is_the_same_with_every_line_end(tmp_path: Path, end: str) -> None:
    lines = ["# ours", "exclude: # never", "- db9 # old", "targets:", "- db1:22 # ssh", "- name: web", "  host: db2"]
    file = read_target_file(written(tmp_path, end.join([*lines, "  port: 80", ""])))
    assert len(file.excludes) == 1
    assert [entry.ports for entry in file.entries] == [(22,), (80,)]
    assert [entry.where.rpartition("list.txt:")[2] for entry in file.entries] == ["5:3", "6:3"]


def test_mixed_ends_in_one_file(tmp_path: Path) -> None:
    path = written(tmp_path, "db1\r\n# old\rdb2\ndb3\r\r\n#\n\rdb4")
    assert [host.text for host in read_hosts(path) if isinstance(host, HostName)] == ["db1", "db2", "db3", "db4"]


@EACH_END
def test_mistakes_are_placed_by_the_same_lines(tmp_path: Path, end: str) -> None:
    texts = {
        "the host": end.join(["a", "  127.1"]).encode(),
        "control": end.join(["a", "bb\x01"]).encode(),
        "binary": end.join(["a", "bb\0"]).encode(),
        "not UTF-8": end.join(["a", "\u00fcb"]).encode() + b"\xff",
        "with a byte order mark": b"\xef\xbb\xbf" + end.join(["a", "bb"]).encode() + b"\xff",
    }
    for what, data in texts.items():
        path = tmp_path / "list.txt"
        path.write_bytes(data)
        _, problems = attempt(read_hosts, str(path))
        assert [line.partition("list.txt:")[2].partition(": ")[0] for line in problems] == ["2:3"], what
    assert told(tmp_path, end.join(["targets:", "- a:1", "- b:0"]))[0].startswith("t.yaml:3:3: port 0")


def of_targets(path: str) -> object:
    return read_target_file(path)


@EACH_OTHER
@pytest.mark.parametrize("read", [read_hosts, read_excludes, of_targets])
@pytest.mark.parametrize("line", ["# never{}10.0.0.9", "10.0.0.9{}", "{}10.0.0.9", "10.0.0.8{}10.0.0.9"])
def test_what_others_take_for_a_line_end_is_refused(
    tmp_path: Path, other: str, read: Callable[[str], object], line: str
) -> None:
    """In comments as well: behind the # may stand what another program shows as a line of its own."""
    path = written(tmp_path, f"10.0.0.1\r\n{line.format(other)}\r10.0.0.1\n")
    _, problems = attempt(read, path)
    place = f"{path}:2:{line.index('{') + 1}: "
    mine = [problem for problem in problems if problem.startswith(f"{path}:2:")]
    assert mine == [
        f"{place}the line holds {OTHERS[other]}, which some programs take for a line end; "
        "write a plain line end (LF or CRLF) there, or remove it"
    ]


@EACH_OTHER
def test_later_lines_keep_their_numbers(tmp_path: Path, other: str) -> None:
    """YAML's own reader would count NEL, LS and PS as lines."""
    problems = told(tmp_path, f"targets:\n- a:1 # x{other}y{other}z\n- b:0\n")
    assert [problem.split(":")[1] for problem in problems] == ["2", "3"]


def test_escapes_in_quotes_are_no_line_ends(tmp_path: Path) -> None:
    """They come out of the reader as part of a text: a name with a line break is no name, and no second line either."""
    for escape in (r"\N", r"\L", r"\P", r"\u2028", r"\x85", r"\r", r"\n", r"\f"):
        (problem,) = told(tmp_path, f'targets:\n- "a{escape}b:1"\n')
        assert problem.startswith("t.yaml:2:3: "), escape


def plain(text: str) -> list[str]:
    """The lines, by the plainest reading there is."""
    lines, at = [""], 0
    while at < len(text):
        if text[at] in "\r\n":
            at += text[at : at + 2] == "\r\n"
            lines.append("")
        else:
            lines[-1] += text[at]
        at += 1
    return lines


@given(st.text(alphabet="ab#\r\n\x85\u2028\f", max_size=30))
def test_lines_and_places(text: str) -> None:
    problems = Problems("t")
    lines = unified(text, problems).split("\n")
    wanted = plain(text)
    assert [len(line) for line in lines] == [len(line) for line in wanted]
    assert not any(char in line for line in lines for char in OTHERS)
    found = [
        (n, 1 + min(map(line.find, set(line) & set(OTHERS))))
        for n, line in enumerate(wanted, 1)
        if set(line) & set(OTHERS)
    ]
    assert places(problems) == found
    if not found:
        assert lines == wanted


def test_a_hostile_file_of_them_ends_soon(tmp_path: Path) -> None:
    """What grows faster than the file would take hours here."""
    for text in ("\u2028" * 5_000_000, "a\x85\r" * 2_000_000):
        with pytest.raises(TargetError):
            read_hosts(written(tmp_path, text))
