"""What JSON writes and YAML's parsers refuse: the text changes, places and meanings do not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_text import Chunks, Escapes, check_directives, row_at, without_tabs


@given(st.text(alphabet='a\U0001f600\U00010000\U0010ffff\\"u', max_size=12))
def test_pairs_of_escapes_become_one_as_long_as_before(text: str) -> None:
    typed = json.dumps(text)
    escapes = Escapes(typed, Problems("t"))
    assert len(escapes.joined) == len(typed)
    assert escapes.any == any(ord(char) > 0xFFFF for char in text)


def test_a_text_without_pairs_is_the_same_object() -> None:
    typed = '["\\u00fc", "\\\\ud83d\\\\ude00"]'
    assert Escapes(typed, Problems("t")).joined is typed


def test_more_pairs_than_anybody_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.file.yaml_text._MOST_PAIRS", 2)
    Escapes("\\ud83d\\ude00" * 2, Problems("t"))
    with pytest.raises(TargetError, match="more than 2 pairs"):
        Escapes("\\ud83d\\ude00" * 3, Problems("t"))


def test_more_directives_than_anybody_needs() -> None:
    check_directives("a\n" + "%TAG ! x\n" * 20, Problems("t"))
    with pytest.raises(TargetError, match="t:22:1: too many lines begin with %"):
        check_directives("a\n" + "%TAG ! x\n" * 21, Problems("t"))


def test_tabs_indent_what_stands_in_brackets_only() -> None:
    assert without_tabs('{\n\t"a":\t1}') == '{\n "a":\t1}'
    assert without_tabs("a:\n\tb") == "a:\n\tb"


def test_pieces_make_the_whole() -> None:
    stream, text = Chunks("abcdefg"), ""
    while piece := stream.read(3):
        text += piece
    assert text == "abcdefg"


def test_the_row_around_a_character() -> None:
    assert [row_at("ab\ncd\ne", at) for at in (0, 3, 4, 6)] == ["ab", "cd", "cd", "e"]
