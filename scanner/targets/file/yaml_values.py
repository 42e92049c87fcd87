"""Values as they stand in a target file: single strings, lists of them, and what a parser makes of each.

What is wrong is noted with its place, and reading goes on without it. This module does not know which keys there are.

Null means absent, as in programs that write JSON: a key with `null`, `~` or nothing is as if it were not there, and a
null among tags is ignored. In quotes it is a string. A null among hosts, ports, excludes or targets is a mistake: its
author has lost one of them, and would not notice otherwise.
"""

from collections.abc import Callable
from typing import TypeVar

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import Scalar, SequenceNode, YamlNode
from scanner.targets.grammar.remedies import yaml_text

T = TypeVar("T")


def is_null(node: YamlNode) -> bool:
    """Whether nothing was written here."""
    return isinstance(node, Scalar) and node.null


def text_of(node: YamlNode, problems: Problems) -> str:
    """The text of a scalar; anything else is noted, and comes back empty."""
    if isinstance(node, Scalar):
        return node.text
    if type(node) is not YamlNode:
        problems.add(node.line, node.column, f"this is {node.kind}; write a single string")
    return ""


def scalars(node: YamlNode, key: str, problems: Problems) -> list[Scalar]:
    """A string, or a list of strings; anything else is noted."""
    if isinstance(node, Scalar):
        if not node.text:
            problems.add(node.line, node.column, f"{key} is empty; write a value, or leave the key out")
        return [node] if node.text else []
    if not isinstance(node, SequenceNode):
        if type(node) is not YamlNode:
            problems.add(node.line, node.column, f"{key} is {node.kind}; write a string or a list of strings")
        return []
    if not node.items and key != "tags" and key != "exclude":
        problems.add(node.line, node.column, f"{key} is an empty list; write a value, or leave the key out")
    found = [item for item in node.items if isinstance(item, Scalar) and not (item.null and key == "tags")]
    for item in node.items:
        if type(item) is not YamlNode and not isinstance(item, Scalar):
            text = f'{key} holds {item.kind}; write a string (in quotes if it has brackets, such as "web[01-20]")'
            problems.add(item.line, item.column, text)
    return found


def single_value(parse: Callable[[str], T], node: YamlNode, key: str, problems: Problems) -> T | None:
    """A setting with a single value."""
    if isinstance(node, Scalar):
        return parsed(parse, node, problems, f"{key}: ")
    if type(node) is not YamlNode:
        problems.add(node.line, node.column, f"{key} is {node.kind}; write a single value")
    return None


def parsed(parse: Callable[[str], T], node: Scalar, problems: Problems, before: str = "") -> T | None:
    """What a parser makes of a string; None where it is wrong. `before` prefixes the mistake that is then noted."""
    if node.null:
        what = node.text or "an empty item"
        text = f"{before}{what} means nothing in YAML; write a value, in quotes if it is a string, or leave it out"
        problems.add(node.line, node.column, text)
        return None
    try:
        return parse(node.text)
    except TargetError as error:
        problems.add(node.line, node.column, before + yaml_text(error))
        return None


def plain_line(node: YamlNode, key: str, problems: Problems) -> str:
    """A name or tag: one printable line, because it goes to terminals and reports."""
    text = text_of(node, problems)
    if odd := next((char for char in text if not char.isprintable()), ""):
        from scanner.targets.grammar.characters import described  # only a mistake needs it

        problems.add(node.line, node.column, f"the {key} holds {described(odd)}; remove it")
        return ""
    return text


def one_of(values: dict[str, YamlNode], one: str, many: str, problems: Problems) -> str:
    """Which of two spellings is present; both is a mistake."""
    if one in values and many in values:
        node = values[many]
        problems.add(node.line, node.column, f"both {one} and {many} are given; write all of them in {many}")
    return one if one in values else many if many in values else ""
