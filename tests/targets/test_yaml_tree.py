"""YAML as a tree of texts with their places; what a target list needs none of is refused."""

import pytest

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_tree import Walker
from tests.targets.made import places

pytestmark = pytest.mark.usefixtures("loader")


def tree(text: str) -> tuple[YamlNode, Problems]:
    problems = Problems("t")
    walker = Walker(text, problems)
    node = walker.node(walker.root())
    walker.end()
    return node, problems


def test_texts_are_as_they_were_typed_and_know_their_places() -> None:
    node, problems = tree("a: 22:22\nb: [no, '1e5', ~, '~']\na: {}\n")
    assert isinstance(node, MappingNode)
    assert [key.text for key, _ in node.pairs if isinstance(key, Scalar)] == ["a", "b", "a"]  # duplicates and all
    (_, first), (_, second), (_, third) = node.pairs
    assert isinstance(first, Scalar)
    assert (first.text, first.line, first.column) == ("22:22", 1, 4)
    assert isinstance(second, SequenceNode)
    texts = [(each.text, each.null) for each in second.items if isinstance(each, Scalar)]
    assert texts == [("no", False), ("1e5", False), ("~", True), ("~", False)]
    assert (third.kind, third.line, third.column) == ("a mapping", 3, 4)
    assert problems.count == 0


def test_anchors_aliases_and_tags_are_each_told() -> None:
    _, problems = tree("- &a x\n- *a\n- !!int 1\n")
    assert places(problems) == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "t:"),
        ("[" * 20 + "]" * 20, "nested more than 12 deep"),
        ("--- a\n--- b\n", "a second document begins"),
        ("a:\n\t- b\n", "a tab"),
    ],
)
def test_what_cannot_be_read_ends_it(text: str, told: str) -> None:
    with pytest.raises(TargetError, match=told):
        tree(text)
