"""Names beyond ASCII: the ASCII form, or why there is none that everybody would take for the same host."""

import pytest

from scanner.targets.grammar.international_names import ascii_form
from tests.targets.made import attempt


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("\u4f8b\u3048.jp", "xn--r8jz45g.jp"),
        ("\u0663.example", "3.example"),  # a digit of another script; whoever asks sees that this is not what was typed
    ],
)
def test_ascii(text: str, form: str) -> None:
    found, problems = attempt(ascii_form, text)
    assert found == form or problems


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stra\u00dfe.example", "write its ASCII (xn--) form"),  # two hosts: strasse in 2003, xn--strae-oqa in 2008
        ("a\u3164.example", "write its ASCII (xn--) form"),  # shows nothing
        ("\u2603.example", "write its ASCII (xn--) form"),
        ("\u0301a.example", "begins with a combining mark"),
        ("-\u00fc.example", "begins or ends with a hyphen"),
        ("\u00fc" * 64 + ".example", "has no ASCII form (IDNA)"),
    ],
)
def test_refused(text: str, told: str) -> None:
    _, (problem,) = attempt(ascii_form, text)
    assert told in problem
