"""Two ways to a tree of a JSON document: what the plain one reads, it reads as the YAML one does, place by place."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.targets.file.foreign_tree import ForeignWalker
from scanner.targets.file.json_tree import json_tree
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode

TEXTS = st.text(alphabet="ab:,[]{}#&*!|>%@'-?~ 0", max_size=8) | st.sampled_from(
    ["null", "true", "1e5", "", "~", "---"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.lists(VALUES, max_size=4) | st.dictionaries(TEXTS, VALUES, max_size=4)


def plain(text: str) -> YamlNode | None:
    return json_tree(text, 64, 1_500_000)


def told(node: YamlNode | None) -> Any:
    """All of a tree as plain values."""
    if isinstance(node, Scalar):
        return node.line, node.column, node.text, node.null
    if isinstance(node, SequenceNode):
        return node.line, node.column, [told(item) for item in node.items]
    assert isinstance(node, MappingNode)
    return node.line, node.column, {}, [(told(key), told(value)) for key, value in node.pairs]


@example([{"targets": ["10.0.0.1:9100"], "labels": {"job": "node", "a": "", "b": None}}], 2, (",", ":"))
@given(DOCUMENTS, st.sampled_from([None, 0, 1, 4]), st.sampled_from([(", ", ": "), (" , ", " : ")]))
def test_both_read_the_same(document: Any, indent: int | None, marks: tuple[str, str]) -> None:
    text = json.dumps(document, indent=indent, separators=marks) + "\n"
    tree = plain(text)
    assert tree is not None
    assert told(tree) == told(ForeignWalker(text, Problems("x")).document())


def test_a_key_that_stands_there_twice_stays_twice() -> None:
    tree = plain('{"a": 1,\n "a": [2]}')
    first, second = ((1, 2, "a", False), (1, 7, "1", False)), ((2, 2, "a", False), (2, 7, [(2, 8, "2", False)]))
    assert told(tree) == (1, 1, {}, [first, second])


@pytest.mark.parametrize(
    "text",
    [
        "", "1", '"a"', "[", "]", "[1,]", "[1] [2]", "[a]", "{a: 1}", "[NaN]", "[01]", "['a']", "[1] # x", "- 1",
        "[\t1]",
        '["\\n"]', '["ü"]', '["a\nb"]', '["a"}', '{"a"}', f'["{"x" * 1001}"]', "[" * 65 + "]" * 65, "[" * 200_000,
        "[\x7f]", "[1]\r\n", "\ufeff[1]",
    ],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_other(text: str) -> None:
    assert plain(text) is None


def test_too_large_a_document_is_left_to_the_other() -> None:
    assert json_tree("[1, 2, 3]", 64, 4) is not None
    assert json_tree("[1, 2, 3]", 64, 3) is None
