import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.reports import FORMATS, check_outputs, format_of, is_stdout, parse_output
from scanner.reports.output_words import FORMAT_NAMES

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


def test_every_format_is_named_once() -> None:
    assert tuple(FORMATS) == FORMAT_NAMES


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("out.csv", (None, "out.csv")),
        ("csv:out.txt", ("csv", "out.txt")),
        ("JSON:-", ("json", "-")),
        ("-", (None, "-")),
        ("C:\\x.csv", (None, "C:\\x.csv")),
        ("csv:C:\\x.dat", ("csv", "C:\\x.dat")),
        ("monday:1.csv", (None, "monday:1.csv")),
        ("./csv:1.csv", (None, "./csv:1.csv")),
        ("jsonl:a:b", ("jsonl", "a:b")),
        (":x.csv", (None, ":x.csv")),
    ],
)
def test_parse_output(text: str, parsed: tuple[str | None, str]) -> None:
    assert parse_output(text) == parsed


@pytest.mark.parametrize(
    ("text", "says"), [("", "names no file"), ("csv:", "names no file"), ("cvs:x", "csv:x"), ("jsn:x.csv", "json:x")]
)
def test_parse_output_refuses(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_output(text)


@pytest.mark.parametrize(
    ("path", "fmt"),
    [
        ("a.csv", "csv"), ("A.JSON", "json"), ("x/y.jsonl", "jsonl"), ("a.b.ndjson", "jsonl"), ("a.xml", "xml"),
        ("junit.xml/a.XML", "xml"), ("junit.xml", "junit"), ("x/TEST-junit.xml", "junit"), ("a.JUnit.xml", "junit"),
        ("a.html", "html"), ("A.HTM", "html"),
    ],
)  # fmt: skip
def test_format_of(path: str, fmt: str) -> None:
    assert format_of(path) == fmt


@pytest.mark.parametrize("path", ["report.xlsx", "report", "-", "/dev/null", "dir.csv/report", ".csv"])
def test_format_of_refuses(path: str) -> None:
    with pytest.raises(UsageError, match=r"FORMAT:FILE.*table, csv, json, jsonl, xml, junit.*-f"):
        format_of(path)


def test_format_of_a_folder_says_what_it_is(tmp_path: Path) -> None:
    for path in (str(tmp_path), "reports/"):
        with pytest.raises(UsageError, match="is a folder; name a file in it"):
            format_of(path)


def refusal(*paths: str, inputs: tuple[str, ...] = ()) -> str:
    with pytest.raises(UsageError) as caught:
        check_outputs([("csv", path) for path in paths], inputs)
    return str(caught.value)


def test_good_outputs_are_left_alone(tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text("last night's")
    check_outputs([("csv", str(old)), ("json", str(tmp_path / "new.json")), ("table", "-")])
    assert old.read_text() == "last night's"
    assert os.listdir(tmp_path) == ["old.csv"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "taken.csv.partial").mkdir()
    assert "does not exist" in refusal(str(tmp_path / "gone" / "x.csv"))
    assert "is not a folder" in refusal(str(tmp_path / "file" / "x.csv"))
    assert "is a folder" in refusal(str(tmp_path))
    assert "is a folder" in refusal(str(tmp_path / "new") + "/")
    assert "partial" in refusal(str(tmp_path / "taken.csv"))
    assert "too long" in refusal(str(tmp_path / ("x" * 250))).lower() or os.name == "nt"
    assert "not a valid file name" in refusal("a\0b")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    said = refusal(str(tmp_path), str(tmp_path / "gone" / "x"), "-", "-")
    assert said.count("\n") == 2
    assert "share stdout" in said


@posix
def test_two_reports_for_one_file(tmp_path: Path) -> None:
    real = tmp_path / "real.csv"
    real.touch()
    (tmp_path / "link.csv").symlink_to("real.csv")
    (tmp_path / "folder").symlink_to(".")
    os.link(real, tmp_path / "hard.csv")
    for other in ("link.csv", "folder/real.csv", "hard.csv", "./real.csv", "real.csv.partial"):
        assert "same file" in refusal(str(real), f"{tmp_path}/{other}")
    assert "same file" in refusal(str(tmp_path / "new.csv"), f"{tmp_path}/folder/new.csv")
    assert "share stdout" in refusal("-", "/dev/stdout")
    check_outputs([("csv", os.devnull), ("json", os.devnull)])


def test_a_report_never_replaces_what_is_read(tmp_path: Path) -> None:
    targets = tmp_path / "targets.yaml"
    targets.touch()
    assert "an input file" in refusal(str(targets), inputs=("-", str(targets)))
    partial = tmp_path / "new.csv.partial"
    partial.touch()
    assert "an input file" in refusal(str(tmp_path / "new.csv"), inputs=(str(partial),))


@posix
def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    loop = tmp_path / "loop.csv"
    loop.symlink_to("loop.csv")
    assert "leads nowhere" in refusal(str(loop))
    (tmp_path / "new.csv").symlink_to("made-by-the-report.csv")
    check_outputs([("csv", str(tmp_path / "new.csv"))])


@posix
def test_a_current_folder_that_was_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "current folder was removed" in refusal("x.csv")
    check_outputs([("csv", str(tmp_path / "x.csv"))])


@posix
def test_a_socket_and_a_closed_descriptor(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        assert "socket" in refusal(str(tmp_path / "s"))
    assert "Bad file descriptor" in refusal("/dev/fd/987")


def test_stdout_under_any_name() -> None:
    assert is_stdout("-")
    assert not is_stdout("out.csv")


CHECK = """
import sys
from scanner.errors import UsageError
from scanner.reports import check_outputs
try:
    check_outputs([("table", "-"), ("csv", "out.csv")], ["-"])
except UsageError as error:
    print(error, file=sys.stderr)
"""


@posix
@pytest.mark.parametrize(
    ("redirected", "said"), [("> out.csv", "same file as stdout"), ("< out.csv", "an input file"), ("", "")]
)
def test_what_the_shell_redirects_counts(redirected: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "out.csv").touch()
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$1" -c "$2" {redirected}', "sh", sys.executable, CHECK],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert said in done.stderr
    assert bool(said) is bool(done.stderr)


UNWRITABLE = """
import os, sys
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
from scanner.errors import UsageError
from scanner.reports import check_outputs
for path in sys.argv[1:]:
    try:
        check_outputs([("csv", path)])
    except UsageError as error:
        print(error)
"""


@posix
def test_what_is_not_ours_to_write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        locked = Path(folder) / "locked"
        locked.mkdir()
        (locked / "x.csv").touch()
        (locked / "x.csv").chmod(0o444)
        locked.chmod(0o555)
        os.chmod(folder, 0o755)
        root = Path(__file__).parents[2]
        loaded = f"import sys; sys.path.insert(0, {str(root)!r}); import scanner.reports\n"
        command = [sys.executable, "-c", loaded + UNWRITABLE, str(locked / "x.csv"), str(locked / "new.csv")]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
        locked.chmod(0o755)
    assert said.count("not writable by you") == 2
