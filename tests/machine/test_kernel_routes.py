"""What Linux shows of routes, taken apart line by line, and what it shows cut off, or not at all."""

import sys
from pathlib import Path

import pytest

from scanner.machine import kernel_files
from scanner.machine.kernel_files import lines, number
from scanner.machine.kernel_routes import ATTACHED, LOCAL, TrieEntry, Way, entries_of, trie_entries, ways

TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 10.0.0.0
        /8 link UNICAST
        /16 universe UNICAST tos=4
Local:
     |-- 10.0.0.5
        /32 host LOCAL
Id 77:
     |-- 10.9.0.0
        /16 host LOCAL
"""
TEN = 10 << 24


def test_what_stands_in_the_two_tables_that_count() -> None:
    assert list(entries_of(TRIE.splitlines())) == [
        TrieEntry(TEN, 8, ATTACHED, main=True),
        TrieEntry(TEN, 16, "universe UNICAST", main=True),
        TrieEntry(TEN + 5, 32, LOCAL, main=False),
    ]


@pytest.mark.parametrize(
    "trie", ["Main:\n     |-- 999.1.1.1\n        /24 host LOCAL\n", "", "Local:\n        /8 host LOCAL\n"]
)
def test_what_is_no_address_has_no_entry(trie: str) -> None:
    assert list(entries_of(trie.splitlines())) == []


def test_of_a_table_that_is_too_long_no_line_is_taken_by_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fib_trie").write_text(TRIE)
    monkeypatch.setattr(kernel_files, "_MOST_CHARS", TRIE.index("6 universe"))
    assert list(trie_entries(str(tmp_path))) == [TrieEntry(TEN, 8, ATTACHED, main=True)]


@pytest.mark.skipif(sys.byteorder != "little", reason="the sample was taken on a little-endian machine")
def test_routes_of_both_families(tmp_path: Path) -> None:
    assert list(ways(str(tmp_path))) == []
    none = "0" * 32
    (tmp_path / "route").write_text(
        "Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT\n"
        "near	0000000A	02001FAC	0003	0	0	100	000000FF	0	0	0\n"
        "near	0000000A	\n"
        "*	0000070A	00000000	0001	0	0	0	0000FFFF	0	0	0\n"
    )
    (tmp_path / "ipv6_route").write_text(
        f"fd{'0' * 30} 20 {none} 00 {none} 00000400 00000002 00000000 80000001       lo\n"
        f"{none} 00 {none} 00 {none} ffffffff 00000001 00000000 00200200       lo\n"
    )
    assert list(ways(str(tmp_path))) == [
        Way(2, TEN, 8, 100, gateway=True, interface="near"),
        Way(2, TEN + (7 << 16), 16, 0, reject=True, interface="*"),
        Way(10, 0xFD << 120, 32, 1024, local=True, interface="lo"),
        Way(10, 0, 0, 0xFFFFFFFF, reject=True, interface="lo"),
    ]


@pytest.mark.parametrize(
    ("text", "found"), [("1024\n", 1024), (" 7", 7), ("", None), ("x\n", None), ("-1\n", None), ("\u0663", None)]
)
def test_a_setting_is_a_number_or_says_nothing(text: str, found: int | None, tmp_path: Path) -> None:
    (tmp_path / "setting").write_text(text, encoding="utf-8")
    assert number(tmp_path / "setting") == found
    assert number(tmp_path / "none") is None
    assert lines(tmp_path / "none") == []


@pytest.mark.parametrize(("text", "whole"), [("a b\nc\n", ["a b", "c"]), ("a b\nc", ["a b"]), ("a b", []), ("", [])])
def test_only_whole_lines_count(text: str, whole: list[str], tmp_path: Path) -> None:
    """What is cut, of a table too large to be read, may end in the middle of one."""
    (tmp_path / "table").write_text(text)
    assert lines(tmp_path / "table") == whole
