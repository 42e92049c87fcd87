"""`expect_from: {fra: open, nyc: {open: 443, blocked: "-"}}`: what is expected from where.

One list is probed from several places, and a firewall means different things to each of them. A vantage is the text
that was typed (`no`, `010`), as `--vantage` takes it; one that this scan is not says nothing here, and is no mistake.
A value is what `expect` takes: in an entry also a mapping by port. All vantages probe the same ports, whatever is
expected from each, or their reports would not be of one list: an entry without ports has those that any of its mappings
names.
"""

from scanner.model import Expectation, ExpectFrom
from scanner.targets.file.expect_map import MapBudget, PortLists, read_expect_map
from scanner.targets.file.odd_expects import as_mapping
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_values import is_null, parsed, plain_line, text_of
from scanner.targets.grammar.single_values import parse_expect
from scanner.words.shown_text import shown

_KEY = "expect_from"


def read_expect_from(
    node: YamlNode, ports: YamlNode | None, problems: Problems, budget: MapBudget | None
) -> tuple[ExpectFrom | None, PortLists]:
    """What is expected from each vantage, None where all of it is wrong, and the lists of ports in its mappings.
    Mistakes are noted. `ports`: those of the entry, where it names some and these are right. `budget`: None in the
    defaults, which take no mapping by port.
    """
    if not isinstance(node, MappingNode):
        if type(node) is not YamlNode:
            what = shown(node.text) if isinstance(node, Scalar) else node.kind
            said = f"{_KEY} is {what}; write vantages and what is expected from there, such as {{fra: open}}"
            problems.add(node.line, node.column, said)
        return None, ()
    if not node.pairs:
        said = f"{_KEY} is an empty mapping; write a vantage and what is expected from there, or leave it out"
        problems.add(node.line, node.column, said)
    found: dict[str, Expectation] = {}
    lists: list[tuple[str, str]] = []
    lines: dict[str, int] = {}
    for key, value in node.pairs:
        vantage = _vantage(key, lines, problems)
        if not vantage:
            continue
        if isinstance(value, MappingNode) and budget is not None:
            if decided := read_expect_map(value, ports, problems, budget, f"{_KEY}: {shown(vantage)}"):
                found[vantage] = decided[0]
                lists += decided[1]
        elif word := _word(vantage, value, problems, by_port=budget is not None):
            found[vantage] = word
    return tuple(found.items()) or None, tuple(lists)


def _vantage(key: YamlNode, lines: dict[str, int], problems: Problems) -> str:
    """A vantage that is right and new, or empty."""
    before = problems.count
    vantage = plain_line(key, "vantage", problems)
    if vantage in lines:
        said = f"the vantage {shown(vantage)} is already on line {lines[vantage]}; write it once"
        problems.add(key.line, key.column, said)
        return ""
    lines[vantage] = key.line
    if vantage != vantage.strip():
        problems.add(key.line, key.column, f"the vantage {shown(vantage)} begins or ends with a blank; leave that out")
    if not vantage and problems.count == before:
        problems.add(key.line, key.column, "a vantage is empty; write its name, as --vantage takes it")
    return vantage


def _word(vantage: str, value: YamlNode, problems: Problems, *, by_port: bool) -> str:
    """One expectation for all ports, or empty where it is wrong."""
    said = ""
    if is_null(value):
        said = f"nothing is expected from {shown(vantage)}; write an expectation, such as open, or leave it out"
    elif isinstance(value, SequenceNode):
        said = f"{_KEY}: {shown(vantage)} has a list; write one expectation, such as open"
        said += ', or one by port: {open: 80, blocked: "-"}' if by_port else ""
    elif isinstance(value, MappingNode):
        said = f"{_KEY} in the defaults is one expectation for all ports; write a mapping into the targets it is for"
    elif by_port and as_mapping(text_of(value, problems)):
        said = f"{_KEY}: {shown(text_of(value, problems))} is a text, not a mapping; leave out the quotes around it"
    if said:
        problems.add(value.line, value.column, said)
        return ""
    found = parsed(parse_expect, value, problems, f"{_KEY}: ") if isinstance(value, Scalar) else ""
    return found or ""
