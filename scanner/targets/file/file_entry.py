"""One entry of a target file, its defaults and its excludes: which keys there are and how each is read.

A value is noted as wrong where it stands; the entry is still returned where anything of it is known, so that
its other mistakes are found too.

Null is absent, as programs that write JSON mean it: a key with `null`, `~` or nothing is as if it were not there, and
a null among tags is none. In quotes it is a text. A null among hosts, ports, excludes or targets is a mistake: whoever
wrote it lost one of them, and would not be told otherwise.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from scanner.errors import TargetError
from scanner.targets.entry import Defaults, Entry
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_tree import Mapping, Node, Scalar, Sequence
from scanner.targets.grammar.host_ports import Exclude, is_target
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.grammar.remedies import yaml_text
from scanner.targets.grammar.single_values import parse_addresses, parse_duration, parse_expect, parse_retries
from scanner.targets.grammar.typed_words import file_excludes, file_host, file_target
from scanner.words.shown_text import did_you_mean, shown

T = TypeVar("T")
_DEFAULT_KEYS = ("timeout", "retries", "expect", "addresses", "tags", "port", "ports")
_ENTRY_KEYS = ("name", "host", "hosts", *_DEFAULT_KEYS)
#: What `targets` and `labels` in a list are: Prometheus, configuration, file_sd_config.
SD_LIST = "this groups addresses as Prometheus does in file_sd files"
#: After so many ports of a list with mistakes the rest of it is not looked through.
_MOST_LOOKED = 4_000_000


def read_entry(node: Node, problems: Problems, defaults: Defaults) -> Entry | None:
    """An entry in its short form (a text) or long form (a mapping); None where it is neither, or has no host."""
    if isinstance(node, Scalar):
        found = _try(file_target, node, problems)
        if not found:
            return None
        return Entry(*found, label=problems.path, line=node.line, column=node.column, defaults=defaults)
    if isinstance(node, Mapping):
        return _long_form(node, problems, defaults)
    if type(node) is not Node:  # a plain Node is an alias, noted already
        text = f'a target is {node.kind}; write host:ports (in quotes, such as "[::1]:80") or a mapping'
        problems.add(node.line, node.column, text)
    return None


def read_defaults(node: Mapping, defaults: Defaults, problems: Problems) -> None:
    """Fill `defaults` from the file's mapping of that name."""
    values = _keys(node, _DEFAULT_KEYS, "in the defaults", problems)
    _settings(values, defaults, problems)


def read_excludes(node: Node, problems: Problems) -> list[Exclude]:
    """The file's excludes: a list of texts, or one text."""
    found: list[Exclude] = []
    budget = PortBudget()
    for item in _scalars(node, "exclude", problems):
        some = _try(file_excludes, item, problems) or []
        found += some
        try:
            for exclude in some:
                budget.spend(exclude.ports)
        except TargetError as error:
            problems.fail(item.line, item.column, str(error))
    return found


def is_null(node: Node) -> bool:
    """Whether nothing was written here."""
    return isinstance(node, Scalar) and node.null


def text_of(node: Node, problems: Problems) -> str:
    """The text of a scalar; anything else is noted, and empty."""
    if isinstance(node, Scalar):
        return node.text
    if type(node) is not Node:
        problems.add(node.line, node.column, f"here stands {node.kind}; write a single text")
    return ""


def unknown_key(key: str, known: Iterable[str], where: str) -> str:
    """The message for a key that is none."""
    known = list(known)
    if key == "<<":
        return "merge keys (<<) are not followed; write the settings out, or once for all under defaults:"
    guess = did_you_mean(key, known)
    return f"the key {shown(key)} means nothing {where};{guess} write one of {', '.join(known)}"


def _long_form(node: Mapping, problems: Problems, defaults: Defaults) -> Entry | None:
    before = problems.count
    values = _keys(node, _ENTRY_KEYS, "in a target", problems)
    entry = Entry((), label=problems.path, line=node.line, column=node.column, defaults=defaults)
    _settings(values, entry, problems)
    if "name" in values:
        entry.name = _label(values["name"], "name", problems)
    key = _one_of(values, "host", "hosts", problems)
    if key:
        entry.hosts = _hosts(values[key], key, problems)
    elif problems.count == before:
        _no_host(node, problems)
    return entry if entry.hosts else None


def _no_host(node: Mapping, problems: Problems) -> None:
    """Says that the host is missing, where it is null or else where the target begins."""
    for key, value in node.pairs:
        if isinstance(key, Scalar) and key.text in ("host", "hosts") and isinstance(value, Scalar):
            text = f"{key.text} is {value.text or 'empty'}, so the host is missing; write a name, address or network"
            problems.add(value.line, value.column, text)
            return
    problems.add(node.line, node.column, "the target names no host; write host: and a name, address or network")


def _keys(node: Mapping, known: tuple[str, ...], where: str, problems: Problems) -> dict[str, Node]:
    """The values by key, without those that are null; unknown and repeated keys are noted."""
    values: dict[str, Node] = {}
    nulls: list[str] = []
    for key_node, value in node.pairs:
        key = text_of(key_node, problems)
        if key in values:
            text = f"the key {shown(key)} stands in line {values[key].line} already; write it once"
            problems.add(key_node.line, key_node.column, text)
        elif key in known:
            values[key] = value
            if is_null(value):
                nulls.append(key)
        elif isinstance(key_node, Scalar):
            text = _foreign(key, node, value) if known is _ENTRY_KEYS else ""
            problems.add(key_node.line, key_node.column, text or unknown_key(key, known, where))
    for key in nulls:
        del values[key]
    return values


def sd_address(node: Node) -> str:
    """An address out of a group of Prometheus's file_sd (`targets: [db1:9100], labels: {job: x}`); else empty."""
    pairs = node.pairs if isinstance(node, Mapping) else []
    group = next((value for key, value in pairs if isinstance(key, Scalar) and key.text == "targets"), None)
    if not isinstance(group, Sequence):
        return ""
    texts = [item.text for item in group.items if isinstance(item, Scalar)]
    return next(filter(_is_plain_target, texts), "localhost:9100")


def _is_plain_target(text: str) -> bool:
    """Whether it names a port, and needs no quotes."""
    return len(text) < 100 and text[:1].isalnum() and ":" in text and is_target(text)


def _foreign(key: str, node: Mapping, value: Node) -> str:
    """What to say to keys that come from elsewhere; else empty."""
    if key == "targets" and (address := sd_address(node)):
        return f'{SD_LIST}; write each address as an item of its own: "- {address}"'
    return _torn(key, node, value)


def _torn(key: str, node: Mapping, value: Node) -> str:
    """What to say to `- localhost: 22` and `- localhost:`, which YAML reads as a key and its value; else empty."""
    if len(node.pairs) > 1 or not isinstance(value, Scalar) or did_you_mean(key, _ENTRY_KEYS):
        return ""
    joined = f"{key}:{value.text or 443}"
    if not is_target(joined):
        return ""
    if not value.text:
        return f"{shown(key + ':')} names no port; write one right behind the colon, such as {joined}"
    return f"{shown(key)} is no key; write {shown(joined)} without the space"


def _settings(values: dict[str, Node], into: Entry | Defaults, problems: Problems) -> None:
    """The settings that entries and defaults share."""
    if "timeout" in values:
        into.timeout = _value(parse_duration, values["timeout"], "timeout", problems)
    if "retries" in values:
        into.retries = _value(parse_retries, values["retries"], "retries", problems)
    if "expect" in values:
        into.expect = _value(parse_expect, values["expect"], "expect", problems)
    if "addresses" in values:
        into.addresses = _value(parse_addresses, values["addresses"], "addresses", problems)
    if "tags" in values:
        tags = _scalars(values["tags"], "tags", problems)
        into.tags = _shared(tuple([_shared(_label(tag, "tag", problems)) for tag in tags]))
        for tag in tags:
            if not tag.text:
                problems.add(tag.line, tag.column, "a tag is empty; write a word, or remove it")
            elif ";" in tag.text:
                problems.add(tag.line, tag.column, "a tag has a ;, which joins tags in CSV reports; write two tags")
    key = _one_of(values, "port", "ports", problems)
    if key:
        into.ports = _ports(values[key], key, problems)


@lru_cache(maxsize=4096)
def _shared(value: T) -> T:
    """An equal value that was there before, or this: the tags of 200,000 entries are often the same few."""
    return value


def _one_of(values: dict[str, Node], one: str, many: str, problems: Problems) -> str:
    """Which of two spellings is there; both is a mistake."""
    if one in values and many in values:
        node = values[many]
        problems.add(node.line, node.column, f"both {one} and {many} are given; write all of them in {many}")
    return one if one in values else many if many in values else ""


def _ports(node: Node, key: str, problems: Problems) -> tuple[int, ...]:
    """All ports of the list at once, so that equal lists share one tuple. One by one only to find the mistakes."""
    items, whole = _scalars(node, key, problems), ""
    if not items:
        return ()
    try:
        if not any(item.null for item in items):
            return parse_ports(",".join([item.text for item in items]))
    except TargetError as error:
        whole = yaml_text(error)
    before, left = problems.count, _MOST_LOOKED
    for item in items:
        left -= len(_try(parse_ports, item, problems) or ())
        if left < 0:
            break
    if problems.count == before:
        problems.add(node.line, node.column, whole)
    return ()


def _hosts(node: Node, key: str, problems: Problems) -> tuple[Host, ...]:
    found: list[Host] = []
    for item in _scalars(node, key, problems):
        found += _try(file_host, item, problems) or ()
    return tuple(found)


def _scalars(node: Node, key: str, problems: Problems) -> list[Scalar]:
    """A text, or a list of texts; anything else is noted."""
    if isinstance(node, Scalar):
        if not node.text:
            problems.add(node.line, node.column, f"{key} is empty; write a value, or leave the key out")
        return [node] if node.text else []
    if not isinstance(node, Sequence):
        if type(node) is not Node:
            problems.add(node.line, node.column, f"{key} is {node.kind}; write a text or a list of texts")
        return []
    if not node.items and key != "tags" and key != "exclude":
        problems.add(node.line, node.column, f"{key} is an empty list; write a value, or leave the key out")
    found = [item for item in node.items if isinstance(item, Scalar) and not (item.null and key == "tags")]
    for item in node.items:
        if type(item) is not Node and not isinstance(item, Scalar):
            text = f'{key} holds {item.kind}; write a text (in quotes if it has brackets, such as "web[01-20]")'
            problems.add(item.line, item.column, text)
    return found


def _value(parse: Callable[[str], T], node: Node, key: str, problems: Problems) -> T | None:
    """A setting with a single value."""
    if isinstance(node, Scalar):
        return _try(parse, node, problems, f"{key}: ")
    if type(node) is not Node:
        problems.add(node.line, node.column, f"{key} is {node.kind}; write a single value")
    return None


def _try(parse: Callable[[str], T], node: Scalar, problems: Problems, before: str = "") -> T | None:
    if node.null:
        what = node.text or "an empty item"
        text = f"{before}{what} means nothing in YAML; write a value, in quotes if it is a text, or leave it out"
        problems.add(node.line, node.column, text)
        return None
    try:
        return parse(node.text)
    except TargetError as error:
        problems.add(node.line, node.column, before + yaml_text(error))
        return None


def _label(node: Node, key: str, problems: Problems) -> str:
    """A name or tag: one printable line, because it goes to terminals and reports."""
    text = text_of(node, problems)
    if odd := next((char for char in text if not char.isprintable()), ""):
        from scanner.targets.grammar.characters import described  # only a mistake needs it

        problems.add(node.line, node.column, f"the {key} holds {described(odd)}; remove it")
        return ""
    return text
