"""One entry of a target file, its defaults and its excludes: how they are read.

A wrong value is noted with its place; the entry is still returned if its hosts are known, so that its other mistakes
are found too. Which keys there are is in `keys.py`, how values are read in `yaml_values.py`, what to say about invalid
keys in `odd_keys.py`.
"""

from functools import lru_cache
from typing import Any, TypeVar

from scanner.errors import TargetError
from scanner.model import Need
from scanner.targets.entry import Defaults, Entry, StatedSettings
from scanner.targets.file.expect_from import read_expect_from
from scanner.targets.file.expect_map import MapBudget, named_ports, read_expect_map
from scanner.targets.file.keys import KNOWN, SETTINGS, FileKey, Where
from scanner.targets.file.odd_expects import as_mapping, by_port_is_meant
from scanner.targets.file.odd_keys import foreign_key, unknown_key
from scanner.targets.file.port_lists import read_ports
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_values import is_null, one_of, parsed, plain_line, scalars, single_value, text_of
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.grammar.single_values import parse_need
from scanner.targets.grammar.typed_words import file_excludes, file_host, file_target
from scanner.words.shown_text import shown

T = TypeVar("T")


def read_entry(node: YamlNode, problems: Problems, defaults: Defaults, budget: MapBudget) -> Entry | None:
    """An entry in its short form (a string) or long form (a mapping); None where it is neither, or has no host.
    `budget`: what is left for the mappings of its file."""
    if isinstance(node, Scalar):
        found = parsed(file_target, node, problems)
        if not found:
            return None
        return Entry(*found, label=problems.path, line=node.line, column=node.column, defaults=defaults)
    if isinstance(node, MappingNode):
        return _long_form(node, problems, defaults, budget)
    if type(node) is not YamlNode:  # a plain YamlNode is an alias, noted already
        text = f'a target is {node.kind}; write host:ports (in quotes, such as "[::1]:80") or a mapping'
        problems.add(node.line, node.column, text)
    return None


def read_defaults(node: MappingNode, defaults: Defaults, problems: Problems) -> None:
    """Fill `defaults` from the file's `defaults` mapping."""
    values = _keys(node, Where.DEFAULTS, problems)
    if isinstance(values.get("expect"), MappingNode):
        place = values.pop("expect")
        text = "expect in the defaults is one for all ports; write a mapping into the targets it is for"
        problems.add(place.line, place.column, text)
    elsewhere = values.pop("expect_from", None)
    stated, ports = _settings(values, problems)
    if elsewhere is not None:
        stated = stated._replace(expect_from=read_expect_from(elsewhere, None, problems, None)[0])
    defaults.fill(stated, ports)


def read_excludes(node: YamlNode, problems: Problems) -> list[Exclude]:
    """The file's excludes: a list of strings, or one string."""
    found: list[Exclude] = []
    budget = PortBudget()
    for item in scalars(node, "exclude", problems):
        some = parsed(file_excludes, item, problems) or []
        found += some
        try:
            for exclude in some:
                budget.spend(exclude.ports)
        except TargetError as error:
            problems.fail(item.line, item.column, str(error))
    return found


def _long_form(node: MappingNode, problems: Problems, defaults: Defaults, budget: MapBudget) -> Entry | None:
    before = problems.count
    values = _keys(node, Where.ENTRY, problems)
    expects = _expects(values, problems)
    elsewhere = values.pop("expect_from", None)
    stated, ports = _settings(values, problems)
    place = values.get("ports", values.get("port")) if ports else None
    decided = read_expect_map(expects, place, problems, budget) if expects is not None else None
    lists = decided[1] if decided else ()
    if elsewhere is not None:
        expect_from, more = read_expect_from(elsewhere, place, problems, budget)
        stated, lists = _shared(stated._replace(expect_from=expect_from)), lists + more
    if ports is None and lists:
        ports = named_ports(lists)
    elif ports is None and any(by_port_is_meant(key, value) for key, value in node.pairs):
        ports = ()  # a mapping would have named some: that there is none is not another mistake
    name = plain_line(values["name"], "name", problems) if "name" in values else ""
    need = single_value(parse_need, values["need"], "need", problems) if "need" in values else None
    key = one_of(values, "host", "hosts", problems)
    hosts = _hosts(values[key], key, problems) if key else ()
    if not key and problems.count == before:
        _no_host(node, problems)
    if not hosts:
        return None
    return Entry(
        hosts,
        ports,
        stated,
        name=name,
        label=problems.path,
        line=node.line,
        column=node.column,
        defaults=defaults,
        by_port=decided[0] if decided else None,
        need=Need(need, name or problems.where(node.line, node.column)) if need else None,
    )


def _expects(values: dict[str, YamlNode], problems: Problems) -> MappingNode | None:
    """Takes what is no single expectation out of an entry's values: the mapping, or what was meant as one."""
    node = values.get("expect")
    said = ""
    if isinstance(node, SequenceNode):
        said = 'expect is a list; write one expectation, such as open, or one by port: {open: 80, blocked: "-"}'
    elif isinstance(node, Scalar):
        said = as_mapping(node.text)
    if node is not None and (said or isinstance(node, MappingNode)):
        del values["expect"]
    if node is not None and said:
        problems.add(node.line, node.column, f"expect: {said}" if isinstance(node, Scalar) else said)
    return node if isinstance(node, MappingNode) else None


def _no_host(node: MappingNode, problems: Problems) -> None:
    """Note that the host is missing, at the place of its null or else where the target begins."""
    for key, value in node.pairs:
        if isinstance(key, Scalar) and key.text in ("host", "hosts") and isinstance(value, Scalar):
            text = f"{key.text} is {value.text or 'empty'}, so the host is missing; write a name, address or network"
            problems.add(value.line, value.column, text)
            return
    problems.add(node.line, node.column, "the target names no host; write host: and a name, address or network")


def _keys(node: MappingNode, where: Where, problems: Problems) -> dict[str, YamlNode]:
    """The values by key, without those that are null; unknown and repeated keys are noted."""
    known = KNOWN[where]
    values: dict[str, YamlNode] = {}
    nulls: list[str] = []
    for key_node, value in node.pairs:
        key = text_of(key_node, problems)
        if key in values:
            text = f"the key {shown(key)} is already on line {values[key].line}; write it once"
            problems.add(key_node.line, key_node.column, text)
        elif key in known:
            values[key] = value
            if is_null(value):
                nulls.append(key)
        elif isinstance(key_node, Scalar):
            text = foreign_key(key, node, value, known) if where is Where.ENTRY else _without_default(key)
            problems.add(key_node.line, key_node.column, text or unknown_key(key, known, where.value))
    for key in nulls:
        del values[key]
    return values


def _without_default(key: str) -> str:
    """What to say about a key that looks as if it belonged into the defaults; else empty."""
    return "need counts a target's own addresses and ports; write it into the targets" if key == "need" else ""


def _settings(values: dict[str, YamlNode], problems: Problems) -> tuple[StatedSettings, tuple[int, ...] | None]:
    """The settings that entries and defaults share, and the ports."""
    stated = {key.name: _stated(key, values[key.name], problems) for key in SETTINGS if key.name in values}
    settings = StatedSettings(**stated)
    key = one_of(values, "port", "ports", problems)
    return _shared(settings), read_ports(values[key], key, problems) if key else None


def _stated(key: FileKey, node: YamlNode, problems: Problems) -> Any:
    """The value of a setting; None where it is wrong."""
    if key.parse:
        return single_value(key.parse, node, key.name, problems)
    return _tags(node, problems)


def _tags(node: YamlNode, problems: Problems) -> tuple[str, ...]:
    tags = scalars(node, "tags", problems)
    found: tuple[str, ...] = _shared(tuple([_shared(plain_line(tag, "tag", problems)) for tag in tags]))
    for tag in tags:
        if not tag.text:
            problems.add(tag.line, tag.column, "a tag is empty; write a word, or remove it")
        elif ";" in tag.text:
            problems.add(tag.line, tag.column, "a tag has a ;, which joins tags in CSV reports; write two tags")
    return found


@lru_cache(maxsize=4096)
def _shared(value: T) -> T:
    """An equal value seen before, or else this one: 200,000 entries often share the same few settings."""
    return value


def _hosts(node: YamlNode, key: str, problems: Problems) -> tuple[Host, ...]:
    found: list[Host] = []
    for item in scalars(node, key, problems):
        found += parsed(file_host, item, problems) or ()
    return tuple(found)
