"""Whatever somebody else wrote into an argument, a file or its name: it drives no terminal and speaks no line of ours.

Messages, tables, dry runs: control characters, direction marks and invisible ones are shown as escapes, and a line
break in a user's text never begins a line of its own.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from scanner.cli import status
from scanner.cli.app import COMMANDS, run_command, scanner
from tests.cli.process import on_terminal, run, run_here

#: A title, C1, DEL, CR, a backspace, direction marks, line ends, invisible ones, no UTF-8, colour, erasing.
EVIL = (
    "a\x1b]0;x\x07\x9b2J\x7f\r\b\u202e\u2066\u2028\x85\u200b\ufeff\udcff\t\x0b\x1b[31m"
    "\nerror: forged\nwarning: forged\rerror: forged\x1b[2Kb"
)
_PAINT = re.compile(r"\x1b\[[0-9;]*m")
FORGED = re.compile(r"^\W*(?:error|warning): forged", re.MULTILINE)


def check(*texts: str, terminal: bool = False) -> None:
    """Nothing in these texts drives a terminal, and no line is forged."""
    for text in texts:
        if terminal:  # the bar's returns, and our own colours
            text = _PAINT.sub("", text).replace("\r", "\n")
        assert not [line for line in text.split("\n") if not line.isprintable()], ascii(text)
        assert not FORGED.search(text), text


def valued_options() -> Iterator[tuple[str, str]]:
    """Every option of every command that takes a value."""
    for name in COMMANDS:
        command = scanner.get_command(click.Context(scanner), name)
        assert command is not None
        for param in command.params:
            if isinstance(param, click.Option) and not param.is_flag:
                yield name, max(param.opts, key=len)


TARGETS = {
    "scan": ["127.0.0.1:1"],
    "sweep": ["127.0.0.1", "-p", "1"],
    "trace": ["127.0.0.1:1", "-n"],
    "diff": ["a.csv", "a.csv"],
    "matrix": ["a.csv"],
    "convert": ["a.csv"],
    "merge": ["a.csv"],
    "history": ["missing.db", "127.0.0.1:1"],
    "import": ["list.txt", "-o", "t.yaml"],
}
#: The port refuses: for `scan` that is not as expected.
DONE = {"scan": 1, "sweep": 0, "trace": 0, "diff": 0, "matrix": 0, "convert": 0, "merge": 0, "import": 0}
EVIL_VALUES = {
    "bare": EVIL,
    "csv": f"csv:{EVIL}",
    "number": f"1{EVIL}",
    "host": f"127.0.0.1{EVIL}:1",
    "file": f"missing/{EVIL}.csv",
}


def ends(command: str, option: str, kind: str) -> int:
    """The exit status: no option takes any of these values, but a file may be called like that (in a folder that is
    there). What a name's ending does not tell, some want to know; the others write their text there, and a list is no
    csv."""
    if option == "--journal" and kind != "file":
        return DONE[command]
    if option != "--output" or kind == "file" or (command in ("scan", "sweep", "convert", "merge") and kind != "csv"):
        return 2
    if command == "import" and kind == "csv":
        return 2
    return DONE[command]


#: Those of `sweep` are nearly all `scan`'s as well.
@pytest.mark.parametrize(
    ("command", "option"),
    [pytest.param(*each, marks=pytest.mark.slow if each[0] == "sweep" else ()) for each in valued_options()],
)
def test_every_option(
    command: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("host,port,state\n10.0.0.1,1,open\n")
    Path("list.txt").write_text("10.0.0.1:1\n")
    for kind, value in EVIL_VALUES.items():
        ended = status.guarded(lambda value=value: run_command([command, *TARGETS[command], f"{option}={value}"]))  # type: ignore[misc]
        said = capfd.readouterr()
        assert ended == ends(command, option, kind), (option, value)
        assert ended != 2 or said.err.startswith("error: "), (option, value)
        check(said.out, said.err)


WORDS = """
{}
{}.yaml
--{}
-{}
help {}
--version {}
scan {}
scan --{}
scan a::b{}
scan 127.0.0.1:{}
scan {}:22
scan [{}]:22
scan [fe80::1%{}]:22
scan http://{}/
scan no/{}.yaml
scan ./{}.json
scan x:1 {}
scan x:1 -oX{}
scan x:1 -T4{}
scan x:1 --top-ports={}
scan --help {}
sweep {} -p 1
sweep web[{}] -p 1
sweep 10.0.0.1-{} -p 1
sweep -i no/{}
sweep x -p1 -- {}
trace {}
trace {}:1
""".strip().splitlines()


@pytest.mark.parametrize("words", WORDS)
def test_every_word(words: str, capfd: pytest.CaptureFixture[str]) -> None:
    ended = status.guarded(lambda: run_command([word.replace("{}", EVIL) for word in words.split()]))
    said = capfd.readouterr()
    assert (ended == 2 and said.err) or "--version" in words or "--help" in words
    check(said.out, said.err)


@pytest.mark.parametrize(
    "words",
    [("scan", "\x1b]0;x\x07a::b"), ("scan", EVIL), ("scan", "127.0.0.1:1", "-o", "a\x1b[2Jb"), (EVIL,), (f"--{EVIL}",)],
    ids=ascii,
)
def test_so_does_the_process_on_a_terminal_and_off_it(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    check(done.stdout, done.stderr)
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("error: ") - done.stderr.count("error: forged") == 1
    ended, shown, _ = on_terminal(*words)
    assert ended == 2
    check(shown, terminal=True)


@pytest.mark.parametrize("words", [["scan", "a b:1:1: x"], ["scan", "a:1:1: b"], ["scan", "x:1", "--only", "a:1:1: b"]])
def test_no_argument_passes_for_the_place_of_a_mistake(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert status.guarded(lambda: run_command(words)) == 2
    assert capfd.readouterr().err.startswith("error: ")


def test_each_of_several_mistakes_has_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    words = ["scan", "127.1:1", "x\ny:1", "--exclude", "10.0.0.1/8"]
    assert status.guarded(lambda: run_command([*words, "-o", "no/a.csv", "-o", "no\nw/b.csv"])) == 2
    lines = capfd.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["error", "error"]
    assert "no\\nw/b.csv" in lines[1]


EVIL_FILES = {
    "raw": EVIL.replace("\udcff", ""),
    "not utf-8": "\udcff",
    "name": "targets: [{host: localhost, port: 1, name: " + json.dumps(EVIL.replace("\udcff", "")) + "}]\n",
    "keys": 'targets:\n- {"\\e[2J\\nerror: forged": 1, "\\u202e": 2, host: "\\x9b:\\nwarning: forged"}\n',
    "tags": 'targets:\n- {host: a, port: "\\e]0;x\\a", tags: ["\\nerror: forged"], expect: "\\r\\nerror: forged"}\n',
    "tag": 'targets: !<\\x1b[2J> ["a:1"]\n',
    "anchor": "targets: [*a\u200bb]\n",
}


@pytest.mark.parametrize("text", EVIL_FILES.values(), ids=EVIL_FILES)
def test_what_files_hold_and_how_they_are_called(text: str, tmp_path: Path) -> None:
    name = f"{EVIL.replace('/', '')}.yaml"
    (tmp_path / name).write_text(text, "utf-8", "surrogateescape", newline="")
    commands = (("scan", name), ("sweep", "-i", name, "-p", "1"), ("sweep", "x", "-p", "1", "--exclude-file", name))
    for words in commands:
        done = run_here(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr
        check(done.stdout, done.stderr)


def test_reports_with_such_names(closed_port: int, tmp_path: Path) -> None:
    """Where the table, the summary and what is left behind name files."""
    name = EVIL.replace("/", "")
    (tmp_path / f"{name}.csv.partial").mkdir()
    done = run("sweep", "127.0.0.1", "-p", closed_port, "-o", f"{name}.csv", cwd=tmp_path)
    assert done.returncode == 2
    check(done.stdout, done.stderr)
    full = tmp_path / f"{name}.full.csv"
    os.symlink("/dev/full", full)
    done = run("sweep", "127.0.0.1", "-p", closed_port, "-o", full.name, "--progress", cwd=tmp_path)
    assert (done.returncode, "could not be written" in done.stderr) == (3, True)
    check(done.stdout, done.stderr, terminal=True)


@pytest.mark.parametrize("encoding", ["ascii:strict", "latin-1:strict", "utf-8:strict"])
def test_no_message_is_lost_in_an_encoding(encoding: str) -> None:
    done = run("scan", "bücher\udcff漢::b", env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}, errors="replace")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    check(done.stderr)


def test_the_target_is_shown_in_the_dry_run() -> None:
    done = run("scan", "-4", "bücher.example:1", "--dry-run")
    assert done.returncode == 0
    assert "  bücher.example:1" in done.stdout
