"""Single values and lists of them; what is wrong is noted where it stands."""

import pytest

from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_values import is_null, one_of, parsed, plain_line, scalars, single_value, text_of
from scanner.targets.grammar.single_values import parse_retries


def text(value: str, *, null: bool = False) -> Scalar:
    return Scalar(3, 5, value, null)


LIST = SequenceNode(3, 5, [text("a"), text("~", null=True), MappingNode(4, 6, [])])
ALIAS = YamlNode(3, 5)  # noted when it was read


def noted(problems: Problems) -> list[str]:
    return [line.partition(";")[0] for line in problems.error().problems]


@pytest.mark.parametrize(
    ("node", "key", "texts", "told"),
    [
        (text("a"), "host", ["a"], []),
        (text(""), "host", [], ["t:3:5: host is empty"]),
        (LIST, "hosts", ["a", "~"], ["t:4:6: hosts holds a mapping"]),
        (LIST, "tags", ["a"], ["t:4:6: tags holds a mapping"]),  # a null tag is none
        (SequenceNode(3, 5, []), "ports", [], ["t:3:5: ports is an empty list"]),
        (SequenceNode(3, 5, []), "tags", [], []),
        (MappingNode(3, 5, []), "port", [], ["t:3:5: port is a mapping"]),
        (ALIAS, "port", [], []),
    ],
)
def test_a_text_or_a_list_of_texts(node: YamlNode, key: str, texts: list[str], told: list[str]) -> None:
    problems = Problems("t")
    assert [each.text for each in scalars(node, key, problems)] == texts
    assert noted(problems) == told


def test_a_single_value() -> None:
    problems = Problems("t")
    assert single_value(parse_retries, text("3"), "retries", problems) == 3
    assert single_value(parse_retries, text("x"), "retries", problems) is None
    assert single_value(parse_retries, LIST, "retries", problems) is None
    assert single_value(parse_retries, ALIAS, "retries", problems) is None
    assert sorted(noted(problems)) == [
        "t:3:5: retries is a list",
        't:3:5: retries: "x" is not a valid number of retries',
    ]


def test_null_is_no_value() -> None:
    problems = Problems("t")
    assert parsed(parse_retries, text("null", null=True), problems) is None
    assert noted(problems) == ["t:3:5: null means nothing in YAML"]
    assert is_null(text("", null=True))
    assert not is_null(text("null"))
    assert not is_null(LIST)


def test_names_and_tags_are_one_printable_line() -> None:
    problems = Problems("t")
    assert plain_line(text("b\u00fccher 1"), "name", problems) == "b\u00fccher 1"
    assert plain_line(text("a\u200bb"), "name", problems) == ""
    assert text_of(MappingNode(9, 1, []), problems) == ""
    assert noted(problems) == [
        "t:3:5: the name holds an invisible character, ZERO WIDTH SPACE (U+200B)", "t:9:1: this is a mapping",
    ]  # fmt: skip


def test_one_of_two_spellings() -> None:
    problems = Problems("t")
    assert one_of({"port": text("1")}, "port", "ports", problems) == "port"
    assert one_of({"ports": text("1")}, "port", "ports", problems) == "ports"
    assert one_of({}, "port", "ports", problems) == ""
    assert problems.count == 0
    one_of({"port": text("1"), "ports": text("2")}, "port", "ports", problems)
    assert noted(problems) == ["t:3:5: both port and ports are given"]
