"""Two lists are the same to the letter, or a scan of one does not go on with the other."""

from pathlib import Path

import pytest

from scanner.api.plans import plan_of_file
from scanner.targets.wording_digest import wording_digest

LIST = """
defaults: {ports: [22], tags: [night]}
targets:
- {name: web, host: web.example.net, ports: "80,443", expect: open, timeout: 2s}
- {host: 10.0.0.0/28, expect: {open: 22, blocked: "80-90"}, ports: "22,80-90"}
- {host: 10.0.0.1-5, need: 2, expect: refused}
"""


def digest(tmp_path: Path, text: str, name: str = "t.yaml") -> str:
    (tmp_path / name).write_text(text)
    return wording_digest(plan_of_file(str(tmp_path / name)).entries)


def test_where_it_stands_does_not_matter(tmp_path: Path) -> None:
    assert digest(tmp_path, LIST) == digest(tmp_path, "# a comment\n" + LIST, "other.yaml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: web", "name: wed"),
        ("expect: open", "expect: refused"),
        ("timeout: 2s", "timeout: 3s"),
        ("night", "day"),
        ("ports: [22]", "ports: [23]"),
        ('blocked: "80-90"', 'timeout: "80-90"'),
        ("need: 2", "need: 3"),
        ("10.0.0.1-5", "10.0.0.1-4"),
        ("web.example.net", "Web.example.net"),
        (LIST, LIST.replace("- {host: 10.0.0.1-5, need: 2, expect: refused}\n", "")),
    ],
)
def test_every_word_does(tmp_path: Path, old: str, new: str) -> None:
    assert old in LIST
    assert digest(tmp_path, LIST) != digest(tmp_path, LIST.replace(old, new))


def test_so_does_their_order(tmp_path: Path) -> None:
    head, *entries = LIST.strip().split("\n- ")
    assert digest(tmp_path, LIST) != digest(tmp_path, "\n- ".join([head, *reversed(entries)]) + "\n")
