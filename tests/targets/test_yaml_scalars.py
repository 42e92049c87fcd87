"""Scalars that every reader of YAML takes for the same text: ours, and one of YAML 1.1, to whom more is a number."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode
from scanner.targets.file.yaml_tree import Walker
from scanner.targets.writing.yaml_scalars import WIDTH, flow_list, scalar
from tests.targets.written import HOSTILE

LINES = st.text(min_size=1, max_size=30).filter(str.isprintable)


def ours(text: str) -> list[object]:
    """The value of a mapping, then the items of a list, as our own reader has them."""
    problems = Problems("t")
    walker = Walker(text, problems)
    tree = walker.node(walker.root())
    assert not problems.count
    assert isinstance(tree, MappingNode)
    (_, one), (_, many) = tree.pairs
    assert isinstance(one, Scalar)
    assert isinstance(many, SequenceNode)
    return [one.text, one.null, *(item.text for item in many.items if isinstance(item, Scalar))]


def check(text: str) -> None:
    inner = scalar(text, flow=True)
    written = f"one: {scalar(text)}  # why\nmany: [{inner}, {inner}]\n"
    assert ours(written) == [text, False, text, text]
    assert yaml.safe_load(written) == {"one": text, "many": [text, text]}


@pytest.mark.parametrize("text", [*HOSTILE, "-1", "+1", "0b1", "1:2:3", "1.", "1e", "0x", "OFF", "NULL", "2026-1-1 x"])
def test_what_is_hard_to_write(text: str) -> None:
    check(text)


@given(LINES)
def test_any_line(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text",
    ["web tier", "ticket-4711", "10.0.0.0/24", "db1.example.net:5432", "8000-8100", "a (b)", "job=node", "\u00fcber"],
)
def test_what_needs_no_quotes_has_none(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("443", '"443"'),
        ('"a" or', "'\"a\" or'"),
        ("a\tb", '"a\\x09b"'),
        ("\u2028", '"\\u2028"'),
        ("*:25", '"*:25"'),
        ("a  b", '"a  b"'),
    ],
)
def test_quotes(text: str, quoted: str) -> None:
    assert scalar(text) == quoted


def test_a_long_list_is_broken_before_its_line_is_too_long() -> None:
    lines = flow_list(map(str, range(1000, 1200)), column=11)
    assert len(lines) > 5
    assert max(map(len, lines)) <= WIDTH - 11
    assert yaml.safe_load("\n ".join(lines)) == list(range(1000, 1200))
