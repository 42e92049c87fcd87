"""What is offered for a line that is being typed: of every value the right words, and nothing that waits or fails.
(In real shells: `test_shells.py`.)"""

import os
from pathlib import Path

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.api.entry_words import names_in, tags_in
from scanner.cli.app import COMMANDS
from scanner.cli.app import scanner as program
from scanner.cli.completing import FileName, offered
from scanner.cli.diff_command import FORMATS as DIFF_FORMATS
from scanner.cli.line_words import words_of
from scanner.cli.shells import SCRIPTS, answer
from scanner.cli.trace_page import FORMATS as TRACE_FORMATS
from scanner.model import EXPECTATIONS, FIELDS, State
from scanner.reports.history_report import HISTORY_FORMATS
from scanner.reports.output_words import FORMAT_NAMES
from scanner.services import service_names
from tests.cli.process import run

LIST = """targets:
  - {name: web tier, host: a, port: 1, tags: [prod, ticket-1]}
  - {name: 'w $(touch pwned)', host: b, port: 2, tags: [prod]}
  - {name: 'web[ab]', host: c, port: 3}
"""


def words(*typed: str) -> list[str]:
    """Offered in place of the last of these words, after the others."""
    return [word for word, _ in offered(program, typed[:-1], typed[-1]).words]


def file_after(*typed: str) -> FileName | None:
    return offered(program, typed[:-1], typed[-1]).file


ON_STDOUT = [name for name in FORMAT_NAMES if name != "db"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["s"], ["scan", "sweep", "schema"]),
        (["help", ""], list(COMMANDS)),
        (["completion", ""], list(SCRIPTS)),
        (["scan", "--poll"], ["--poller"]),
        (["scan", "--no-"], ["--no-progress", "--no-shuffle"]),
        (["scan", "-f", ""], ON_STDOUT),
        (["sweep", "--format", "js"], ["json", "jsonl"]),
        (["convert", "x.csv", "-f", ""], ON_STDOUT),
        (["trace", "-f", ""], list(TRACE_FORMATS)),
        (["diff", "-f", ""], list(DIFF_FORMATS)),
        (["history", "-f", ""], list(HISTORY_FORMATS)),
        (["diff", "--by", ""], ["host", "address"]),
        (["matrix", "--only", "unmet,"], ["unmet,differ", "unmet,partial"]),
        (["scan", "--color", "a"], ["always", "auto"]),
        (["scan", "--color=a"], ["--color=always", "--color=auto"]),
        (["scan", "--only", ""], [*State, "unmet", "blocked", "reachable"]),
        (["scan", "--only", "open,un"], ["open,unreachable", "open,unmet"]),
        (["scan", "--only=unmet,u"], ["--only=unmet,unreachable"]),
        (["scan", "--expect", ""], list(EXPECTATIONS)),
        (["sweep", "--fields", ""], list(FIELDS)),
        (["sweep", "--fields", "host,port,st"], ["host,port,state"]),
        (["sweep", "h", "-p", "top"], ["top:10", "top:100", "top:1000"]),
        (["sweep", "h", "-p", "22,postgres"], [f"22,{name}" for name in service_names() if name[:8] == "postgres"]),
        (["scan", "db1:ssh"], ["db1:ssh"]),
        (["trace", "db1:22,ssh"], ["db1:22,ssh"]),
        (["scan", "-o", "jun"], ["junit:"]),
        (["scan", "-t", "3"], []),
        (["sweep", ""], []),
        (["history", "scans.db", "d"], []),
        (["nonsense", ""], []),
        (["scan", "-oX", "--no-such", "--colo"], ["--color"]),
        (["--version", "he"], ["help"]),
        (["scan", "--help", "--colo"], ["--color"]),
    ],
)
def test_words(typed: list[str], found: list[str]) -> None:
    assert words(*typed) == found


def test_pollers_are_those_of_this_machine() -> None:
    import select

    assert set(words("scan", "--poller", "")) == {"epoll", "poll", "select", "kqueue"} & set(dir(select))


def test_with_nothing_typed_a_few_ports_are_enough() -> None:
    found = words("scan", "-p", "")
    assert {"top:100", "https", "ssh"} <= set(found)
    assert len(found) < 40


@pytest.mark.parametrize(
    ("typed", "file"),
    [
        (["scan", ""], FileName("", "")),
        (["scan", "x:1", "t"], FileName("", "t")),
        (["scan", "./db1:x"], FileName("", "./db1:x")),
        (["scan", "-o", "csv:re"], FileName("csv:", "re")),
        (["scan", "--output=csv:re"], FileName("--output=csv:", "re")),
        (["scan", "-o", "c:re"], FileName("", "c:re")),
        (["convert", "-o", "to"], FileName("", "to")),
        (["scan", "--exclude-file", ""], FileName("", "")),
        (["sweep", "-i", "h"], FileName("", "h")),
        (["trace", "-o", ""], FileName("", "")),
        (["diff", "a", ""], FileName("", "")),
        (["convert", ""], FileName("", "")),
        (["merge", "x.json", ""], FileName("", "")),
        (["history", ""], FileName("", "")),
        (["history", "-f", "csv", ""], FileName("", "")),
        (["trace", ""], None),
        (["scan", "-f", ""], None),
        (["scan", "new\nline"], None),
    ],
)
def test_files(typed: list[str], file: FileName | None) -> None:
    assert file_after(*typed) == file


def test_every_value_that_can_be_known_is_offered() -> None:
    """An option that is new has words or files, or stands here, because only its user knows."""
    unknown = {"timeout", "retries", "concurrency", "rate", "host_rate", "source", "vantage", "exclude", "dns_timeout",
               "max_hops", "slower", "hosts", "asked", "tag", "name", "columns", "seed", "shard", "dask",
               "from_names"}  # fmt: skip
    seen = set()
    for name in COMMANDS:
        command = program.get_command(click.Context(program), name)
        assert command is not None
        context = click.Context(command)
        for param in command.params:
            found = param.shell_complete(context, "")
            takes = isinstance(param, click.Argument) or not getattr(param, "is_flag", False)
            if takes and not found and (name, param.name) != ("trace", "targets"):
                seen.add(param.name)
    assert seen == unknown


def test_tags_and_names_are_those_of_the_list_on_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(LIST)
    assert words("scan", "t.yaml", "--tag", "") == ["prod", "ticket-1"]
    assert words("scan", "-f", "csv", "t.yaml", "--name", "w") == ["web tier", "w $(touch pwned)"]
    assert words("scan", "--tag", "") == []


@pytest.mark.parametrize("text", ["targets: [", "\0", "targets: [{name: a, hots: x}]", "x" * 200_000, "", "- a:b:c"])
def test_a_broken_list_has_no_words_and_no_complaint(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(text)
    done = run("completion", "zsh", "--", "scanner", "scan", "t.yaml", "--name", "", cwd=tmp_path)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["words"], "")


def test_what_would_wait_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert tags_in([str(tmp_path / "pipe.yaml"), "-", str(tmp_path), "no such", "\0", "/dev/zero"]) == []
    (tmp_path / "t.yaml").write_text(LIST)
    assert names_in([str(tmp_path / "pipe.yaml"), str(tmp_path / "t.yaml")]) == [
        "web tier",
        "w $(touch pwned)",
        "web[ab]",
    ]


def test_nothing_is_checked_while_it_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No service is looked up on the machine, no socket bound, for the words before."""
    asked: list[object] = []
    monkeypatch.setattr("socket.getservbyname", lambda *words: asked.append(words))
    monkeypatch.setattr("socket.socket", lambda *words: asked.append(words))
    assert words("scan", "-p", "nosuch", "-S", "127.0.0.1", "x:nosuch", "--only", "op") == ["open"]
    assert asked == []


@pytest.mark.parametrize(
    ("line", "texts", "quote"),
    [
        ("", [""], ""),
        ("scan ", ["scan", ""], ""),
        ("a  b", ["a", "b"], ""),
        ("a 'b c", ["a", "b c"], "'"),
        ('a "b\\" \\c', ["a", 'b" \\c'], '"'),
        ("a b\\ c\\", ["a", "b c"], ""),
        ("a '' b", ["a", "", "b"], ""),
        ("a $(x y", ["a", "$(x", "y"], ""),
    ],
)
def test_words_of_a_line(line: str, texts: list[str], quote: str) -> None:
    assert [word.text for word in words_of(line)] == texts
    assert words_of(line)[-1].quote == quote


@pytest.mark.parametrize(
    ("line", "replaced", "found"),
    [
        ("scanner scan --color=al", "al", ["always"]),
        ("scanner scan x:1 --only=open,unm", "open,unm", ["open,unmet"]),
        ("scanner sweep h -p top:100", "100", ["100", "1000"]),
        ("scanner sweep h -p top:", "", ["10", "100", "1000"]),
        ("scanner scan t.yaml --name w", "w", ["web\\ tier", "w\\ \\$\\(touch\\ pwned\\)"]),
        ("scanner scan t.yaml --name 'w", "w", ["web tier", "w $(touch pwned)"]),
        ('scanner scan t.yaml --name "w', "w", ["web tier"]),
        ("scanner scan t.yaml --name web\\ t", "web\\ t", ["web\\ tier"]),
    ],
)
def test_bash_is_given_what_it_replaces_and_how_it_may_stand(
    line: str, replaced: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(LIST)
    assert answer(program, "bash", [line, replaced])[3:] == found


def test_help_comes_along_for_zsh_and_fish() -> None:
    for shell in ("zsh", "fish"):
        lines = answer(program, shell, ["scanner", "conv"])
        assert lines == ["words", "", "", "convert", COMMANDS["convert"]]
    assert answer(program, "fish", ["scanner", "completion", "'fi"])[3::2] == ["fish"]


@example("scanner scan --", "--=")
@example("scanner -- scan", "")
@example("scanner completion bash -- ", "")
@given(st.text(max_size=40), st.text(max_size=20))
def test_no_line_is_a_mistake(line: str, typed: str) -> None:
    """And what comes back is a line each, whatever stands on it."""
    for before in ("", "scanner scan ", "scanner trace --color "):
        for shell, asked in (("bash", [before + line, typed]), ("fish", [*before.split(), line, typed]),
                             ("zsh", ["scanner", *before.split()[1:], line, typed])):  # fmt: skip
            assert all(each.isprintable() for each in answer(program, shell, asked))


@pytest.mark.parametrize("shell", SCRIPTS)
def test_too_little_to_go_by(shell: str) -> None:
    assert answer(program, shell, ["scanner"]) == []


def test_the_script_and_bad_usage() -> None:
    assert run("completion", "bash").stdout == SCRIPTS["bash"]
    assert "is not a shell that scanner knows; shells: bash, zsh, fish" in run("completion", "tcsh").stderr
    done = run("completion")
    assert (done.returncode, done.stdout) == (2, "")
    assert "write scanner completion bash" in done.stderr
