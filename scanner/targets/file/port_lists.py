"""Port lists as they stand in a target file: a string, or a list of strings.

Equal lists are one object, because a file may have a hundred thousand entries with the same ports; so what is made of
them is known by their text.
"""

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_values import parsed, scalars
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.remedies import yaml_text

#: After this many ports in a list with mistakes, the rest of it is not checked.
_MOST_LOOKED = 4_000_000


def read_ports(node: YamlNode, key: str, problems: Problems) -> tuple[int, ...]:
    """The ports in the value of a key, each once, in the order written; none where something is wrong, which is noted.

    The whole list is parsed at once, so that equal lists share one tuple; item by item only to find mistakes.
    """
    items, whole = scalars(node, key, problems), ""
    if not items:
        return ()
    try:
        if not any(item.null for item in items):
            return parse_ports(",".join([item.text for item in items]))
    except TargetError as error:
        whole = yaml_text(error)
    before, left = problems.count, _MOST_LOOKED
    for item in items:
        left -= len(parsed(parse_ports, item, problems) or ())
        if left < 0:
            break
    if problems.count == before:
        problems.add(node.line, node.column, whole)
    return ()


def ports_text(node: YamlNode) -> str:
    """The text of a list that `read_ports` has found right: `parse_ports` makes the same ports of it."""
    items = node.items if isinstance(node, SequenceNode) else [node]
    return ",".join([item.text for item in items if isinstance(item, Scalar)])
