"""Parts of a document of somebody else's: what belongs there, or a mistake with its place."""

import pytest

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import Scalar, YamlNode
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.tree_reader import TreeReader


def reading(text: str) -> tuple[TreeReader, YamlNode, Problems]:
    problems = Problems("list")
    return TreeReader(problems), InputText("list", text.encode()).tree(), problems


def texts(fields: dict[str, YamlNode]) -> dict[str, str]:
    return {key: value.text for key, value in fields.items() if isinstance(value, Scalar)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{a: 1, b: 2}", {"a": "1", "b": "2"}),
        ("null", {}),
        ("~", {}),
        ("x: &x {a: 1, b: 2}\n<<: *x\nb: 3\n", {"a": "1", "b": "3"}),
        ("<<: [{a: 1}, {a: 2, b: 2}]\n", {"a": "1", "b": "2"}),
        ("<<: {<<: {a: 1}, b: 2}\n", {"a": "1", "b": "2"}),
        ("<<: null\na: 1\n", {"a": "1"}),
    ],
)
def test_fields(text: str, found: dict[str, str]) -> None:
    tree, root, problems = reading(text)
    assert texts(tree.fields(root, "it")) == found
    assert not problems.count


def test_merge_keys_that_double() -> None:
    """Each level merges the one before twice: followed along every way, these are a billion."""
    levels = ["m0: &m0 {a: 1}"] + [f"m{at}: &m{at} {{<<: [*m{at - 1}, *m{at - 1}]}}" for at in range(1, 31)]
    tree, root, problems = reading("\n".join(levels))
    assert texts(tree.fields(tree.fields(root, "it")["m30"], "m30")) == {"a": "1"}
    assert not problems.count


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]", "list:1:1: it is a list; write a mapping"),
        ("a", "list:1:1: it is a string; write a mapping"),
        ("{a: 1, b: 2, a: 3}", 'list:1:14: the key "a" is already on line 1; write it once'),
        ("{? [x] : 1, a: 2}", "list:1:4: a key of it is a list; write a string"),
        ("{<<: a}", "list:1:6: << takes a mapping, and this is a string; write an alias such as *common"),
    ],
)
def test_fields_that_are_wrong(text: str, said: str) -> None:
    tree, root, problems = reading(text)
    tree.fields(root, "it")
    assert problems.error().problems == (said,)


def test_lists_and_texts() -> None:
    tree, root, problems = reading("{list: [a, null, 2], null: null, text: x}")
    fields = tree.fields(root, "it")
    assert [cell.text for cell in tree.texts(fields["list"], "list")] == ["a", "2"]
    assert tree.items(fields["null"], "null") == tree.items(None, "it") == []
    assert tree.text(fields["null"], "null") is tree.text(None, "it") is None
    assert not problems.count
    assert tree.items(fields["text"], "text") == []
    assert tree.text(fields["list"], "list") is None
    assert [line.partition(": ")[2] for line in problems.error().problems] == [
        "list is a list; write a single value",
        "text is a string; write a list",
    ]


def test_there_is_an_end_to_what_is_looked_at() -> None:
    tree, root, _ = reading("[" + "a," * 1_000 + "]")
    for _ in range(3_000):
        assert len(tree.items(root, "it")) == 1_000
    with pytest.raises(TargetError, match="its aliases repeat too much"):
        tree.items(root, "it")
