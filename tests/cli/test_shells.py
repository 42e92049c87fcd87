"""Completion in real shells: what stands on the line after TAB, and that nothing of it was run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import needs
from tests.cli.shells import Typist, asked_of_fish

HOSTILE = "a$(touch pwned)`touch pwned`;touch pwned.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """With files of easy and of hostile names; nobody may have made the file `pwned`."""
    there = tmp_path / "there"
    there.mkdir()
    for name in ("my report.csv", "new\nline.csv", "quo\"te's.csv", HOSTILE):
        (there / name).touch()
    (there / "t.yaml").write_text(
        "targets:\n  - {name: web tier, host: a, port: 1}\n"
        "  - {name: '$(touch pwned)', host: b, port: 2, tags: [x y]}\n"
    )
    yield there
    assert not list(tmp_path.rglob("pwned"))


#: What is typed, and the words that it becomes.
LINES = {
    "scanner hist\t": ["history"],
    "scanner help sw\t": ["help", "sweep"],
    "scanner scan --no-p\t": ["scan", "--no-progress"],
    "scanner scan -f juni\t": ["scan", "-f", "junit"],
    "scanner scan --color=al\t": ["scan", "--color=always"],
    "scanner scan --only open,unm\t": ["scan", "--only", "open,unmet"],
    "scanner sweep h -p 22,top:1000\t": ["sweep", "h", "-p", "22,top:1000"],
    "scanner scan '[::1]:postgresq\t": ["scan", "[::1]:postgresql"],
    "scanner scan my\t": ["scan", "my report.csv"],
    "scanner scan -o pro\tx": ["scan", "-o", "prom:x"],
    "scanner scan -o csv:my\t": ["scan", "-o", "csv:my report.csv"],
    "scanner scan --output=csv:my\t": ["scan", "--output=csv:my report.csv"],
    "scanner diff a\t": ["diff", HOSTILE],
    "scanner diff 'a\t": ["diff", HOSTILE],
    "scanner convert new\t": ["convert", "new\nline.csv"],
    "scanner convert quo\t": ["convert", "quo\"te's.csv"],
    "scanner scan t.yaml --name web\t": ["scan", "t.yaml", "--name", "web tier"],
    "scanner scan t.yaml --name '$\t": ["scan", "t.yaml", "--name", "$(touch pwned)"],
    "scanner scan t.yaml --name \\$\t": ["scan", "t.yaml", "--name", "$(touch pwned)"],
    "scanner scan t.yaml --tag \t": ["scan", "t.yaml", "--tag", "x y"],
    "scanner scan --vantage Z\u00fcrich -f juni\t": ["scan", "--vantage", "Z\u00fcrich", "-f", "junit"],
    "scanner scan -t 3\t": ["scan", "-t", "3"],
    "nosuch/scanner scan -f juni\t": ["scan", "-f", "juni"],
}


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_what_stands_on_the_line_after_tab(shell: str, folder: Path, tmp_path: Path) -> None:
    needs.require(shell)
    typist = Typist(shell, folder, tmp_path / "home")
    try:
        for keys, words in LINES.items():
            assert typist.line(keys)[1:] == words, keys
    finally:
        typist.close()
    assert not [word for word in (b"Traceback", b"unbound", b"not found", b"No such") if word in typist.screen]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("scanner hist", ["history"]),
        ("scanner scan -f js", ["json", "jsonl"]),
        ("scanner scan --color=al", ["--color=always"]),
        ("scanner sweep h -p 22,top:1000", ["22,top:1000"]),
        ("scanner scan my", ["my report.csv"]),
        ("scanner scan -o csv:my", ["csv:my report.csv"]),
        ("scanner scan --output=csv:my", ["--output=csv:my report.csv"]),
        ("scanner diff a", [HOSTILE]),
        ("scanner scan t.yaml --name '$", ["$(touch pwned)"]),
        ("scanner scan t.yaml --tag ", ["x y"]),
        ("scanner scan -t 3", []),
        ("scanner nonsense ", []),
        ("scanner scan ~/lis", ["~/list.yaml"]),
        ("scanner scan $HOME/lis", ["$HOME/list.yaml"]),
        ("scanner scan -o csv:~/lis", ["csv:~/list.yaml"]),
        ("scanner scan -- -d", ["-dash.yaml"]),
        ("nosuch/scanner scan -f juni", []),
    ],
)
def test_what_fish_is_told(line: str, found: list[str], folder: Path, tmp_path: Path) -> None:
    needs.require("fish")
    (tmp_path / "home").mkdir()
    for name in (tmp_path / "home" / "list.yaml", folder / "-dash.yaml"):
        name.touch()
    assert asked_of_fish(line, folder, tmp_path / "home") == found
