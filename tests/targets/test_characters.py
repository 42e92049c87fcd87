"""What odd characters are called, and what was meant by them."""

import pytest

from scanner.targets.grammar.characters import described, named, odd, plain


@pytest.mark.parametrize(
    ("char", "called"),
    [
        ("\u200c", "an invisible character, ZERO WIDTH NON-JOINER (U+200C)"),
        ("\x1b", "a control character, ESCAPE (U+001B)"),
        ("\n", "a line break, LINE FEED (U+000A)"),
        ("\t", "TAB (U+0009)"),
        ("\u2013", "EN DASH (U+2013)"),
        ("\ue000", "the character (U+E000)"),
    ],
)
def test_called(char: str, called: str) -> None:
    assert described(char) == called
    assert called.endswith(named(char))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("80\u201390", "80-90"),
        ("\u201clocalhost:22\u201d", "localhost:22"),
        ("local\u200bhost", "localhost"),
        ("a\u00a0b", "a b"),
        ("10.0.0.\u0661", "10.0.0.1"),
        ("db1\uff1a22", "db1:22"),
        ("b\u00fccher", "b\u00fccher"),
    ],
)
def test_meant(typed: str, meant: str) -> None:
    assert plain(typed) == meant


def test_the_first_odd_one() -> None:
    assert odd("b\u00fccher-1.x:22") == ""
    assert odd("a\tb\u2013") == "\t"
