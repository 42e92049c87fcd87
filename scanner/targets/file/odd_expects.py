"""What is wrong with expectations by port, in words: what was meant, and what to write for it.

People write such a mapping the other way round (`80: open`), as firewalls have it (`default: blocked`), or in one of
the ways that YAML takes for something else (`{open: 80,443}`). Pure: texts and places in, a sentence out.
"""

import re
from collections.abc import Sequence

from scanner.model import EXPECTATIONS
from scanner.targets.file.keys import KNOWN, Where
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_values import is_null
from scanner.targets.grammar.ports import is_ports
from scanner.words.shown_text import many, shown

#: How people call all ports that nothing else is said of.
_REST = frozenset(("rest", "others", "other", "default", "else", "remaining", "remainder", "everything", "*", "all"))
_IN_A_TEXT = re.compile(r"\{?\s*([a-z-]+)\s*:\s*([^{}]*?)\s*\}?")
#: So many ports, or ranges of them, are told.
_TOLD = 5


def odd_key(key: str, value: YamlNode, before: tuple[YamlNode, YamlNode] | None) -> str:
    """What to say about a key of a mapping that is no expectation, but shows what was meant; else empty. `before`: the
    pair in front of it."""
    text = value.text if isinstance(value, Scalar) else ""
    if key.lower() in _REST and text in EXPECTATIONS:
        return f'{shown(key)} is not an expectation; write {text}: "-", and every list that is within it beats it'
    if not key or not all(map(is_ports, key.split(","))):
        if text in EXPECTATIONS and key not in EXPECTATIONS:
            return (
                f"{shown(key)} is not an expectation; if it is a vantage, write expect_from: {{{shown(key)}: {text}}}"
            )
        return ""
    if text in EXPECTATIONS:
        return f"{shown(key)} is a port, not an expectation; write them the other way round, {text}: {listed(key)}"
    if is_null(value) and before is not None:
        word, ports = before
        if isinstance(word, Scalar) and isinstance(ports, Scalar) and word.text in EXPECTATIONS:
            both = f"{word.text}: [{ports.text}, {key}]"
            return f"{shown(key)} is a key of its own here, for a comma ends the value before it; write {both}"
    return ""


def odd_value(word: str, value: YamlNode) -> str:
    """What to say about what stands where the ports of an expectation should; else empty."""
    if is_null(value):
        return f"{word} names no port; write its ports, such as {word}: 443, or leave {word} out"
    items = value.items if isinstance(value, SequenceNode) else [value]
    for item in items:
        if isinstance(item, Scalar) and item.text.lower() in _REST:
            return f'{shown(item.text)} is not a port; write {word}: "-" for all ports that no narrower list holds'
    return ""


def listed(ports: str) -> str:
    """Ports as the value of a key."""
    return ports if re.fullmatch(r"[0-9]+|[a-z][a-z0-9-]*", ports) else f'"{ports}"'


def as_mapping(text: str) -> str:
    """What to say of an expectation that holds a whole mapping, such as `open: 80`; else empty."""
    match = _IN_A_TEXT.fullmatch(text.strip())
    if not match or match[1] not in EXPECTATIONS:
        return ""
    one = f"expect: {{{match[1]}: {_ports_or(match[2])}}}"
    meant = 'one such as expect: {open: 443, blocked: "-"}' if ":" in match[2] else one
    return f"{shown(text)} is a text, not a mapping; write {meant}, without quotes around it"


def by_port_is_meant(key: YamlNode, value: YamlNode) -> bool:
    """Whether a key of a target and its value stand for a mapping by port, also one that they are not."""
    name = key.text if isinstance(key, Scalar) else ""
    if name == "expect_from" and isinstance(value, MappingNode):
        return any(isinstance(each, MappingNode) or _is_meant_as_one(each) for _, each in value.pairs)
    if name != "expect":
        return name in EXPECTATIONS and name not in KNOWN[Where.ENTRY]  # timeout is a key as well
    return isinstance(value, MappingNode) or _is_meant_as_one(value)


def _is_meant_as_one(value: YamlNode) -> bool:
    if isinstance(value, SequenceNode):
        return any(isinstance(item, MappingNode) for item in value.items)
    return isinstance(value, Scalar) and as_mapping(value.text) != ""


def outside(key: str, value: YamlNode) -> str:
    """What to say about an expectation that is a key of a target; else empty."""
    if key not in EXPECTATIONS:
        return ""
    ports = _ports_or(value.text if isinstance(value, Scalar) else "")
    return f"{shown(key)} belongs into expect; write expect: {{{key}: {ports}}}, or indent it below expect:"


def _ports_or(text: str) -> str:
    return listed(text) if text and all(map(is_ports, text.split(","))) else "443"


def equal_lists(one: str, other: str, place: YamlNode) -> str:
    """For two lists with the same ports."""
    return (
        f"{other} names the same ports as {one} (line {place.line}, column {place.column}), so nobody can know which "
        "is meant; leave one of them out, or name fewer ports in it"
    )


def overlap(one: str, other: str, place: YamlNode, ranges: Sequence[tuple[int, int]]) -> str:
    """For two lists that share these ports, while each has others as well."""
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    more = f" (and {len(texts) - _TOLD:,} more)" if len(texts) > _TOLD else ""
    ports = ",".join(texts[:_TOLD]) + more
    noun = "port" if len(texts) == 1 and texts[0].isdigit() else "ports"
    return (
        f"{other} and {one} (line {place.line}, column {place.column}) both name {noun} {ports}, and neither list is "
        f"within the other, so nobody can know which is meant; leave {ports} out of one of them"
    )


def unprobed_ports(word: str, ports: Sequence[str]) -> str:
    """For ports that a list names one by one, and the target does not have."""
    more = f" and {many(len(ports) - _TOLD, 'more port')}" if len(ports) > _TOLD else ""
    said = ", ".join(ports[:_TOLD]) + more
    them = "it" if len(ports) == 1 else "them"
    return (
        f"{word} names {said}, but the target's own ports do not, so nobody would ask {them}; write {them} into its "
        f"ports as well, or leave {them} out here"
    )
