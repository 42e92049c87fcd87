"""Text in XML, read back by the standard library's parser."""

from xml.etree import ElementTree

import pytest

from scanner.reports.xml_text import xml_text
from tests.reports.made import visible


def read(text: str) -> list[str | None]:
    """What an attribute and an element hold that were given this text."""
    spelled = xml_text(text)
    assert spelled.isprintable()
    element = ElementTree.fromstring(f'<a b="{spelled}">{spelled}</a>')
    return [element.get("b"), element.text]


@pytest.mark.parametrize(
    "text",
    [
        "plain", "a  b ", "<script>", "]]>", "&amp;", "\"'", "\t\r\n\r", "\x7f\x9b", "\u202e\u2028\ufeff", "é漢",
        "\U0001f600\U0010ffff", "<!--", "<?x?>",
    ],
)  # fmt: skip
def test_text_is_read_back_as_it_was(text: str) -> None:
    assert read(text) == [text, text]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "a\\x00b"), ("\x1b[2J", "\\x1b[2J"), ("\x0b", "\\x0b"), ("\udcff\ud800", "\\udcff\\ud800"),
        ("\ufffe\uffff", "\\ufffe\\uffff"),
    ],
)  # fmt: skip
def test_what_xml_cannot_hold_is_seen(text: str, shown: str) -> None:
    assert read(text) == [shown, shown] == [visible(text)] * 2
