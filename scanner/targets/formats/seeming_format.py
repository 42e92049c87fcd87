"""What a file seems to be that can be read as nothing known: its mistakes are told as that format's.

A slip in YAML leaves no tree to judge by, and a line that is wrong makes an inventory look like nothing. What still
tells is how the file begins, and the keys in its first column, or those of JSON's top level. This is only asked when no
format has taken the file.
"""

import re

from scanner.targets.file.yaml_nodes import MappingNode
from scanner.targets.formats.ansible_ini import seems_inventory_text
from scanner.targets.formats.ansible_tree import seems_inventory
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.json_shape import first_keys, is_json

#: How JSON and YAML begin, be they torn or too deep.
_MARKS = re.compile(r"\{|\[\s*[{\"]|---|- ")
_SKIPPED = r"(?:[^\S\n]*+(?:#[^\n]*)?\n)*+"
#: `key: value`, or `key:` and something indented or an item of a list below it.
_KEYED = re.compile(
    rf"""{_SKIPPED}["']?[A-Za-z_][\w.-]*+["']?:"""
    rf"""(?:[ \t]+[^\s#]|[ \t]*+(?:\#[^\n]*)?\n{_SKIPPED}(?:[ \t]+[^\s#]|-[ \t]))"""
)
_FIRST_COLUMN = re.compile(r"""^["']?([A-Za-z_][\w.-]*+)["']?[ \t]*:(?=\s)""", re.MULTILINE)
#: The keys of which all stand at the top level of a format, in the order of asking.
_KEYS = (
    ("prometheus", {"scrape_configs"}),
    ("prometheus", {"scrape_config"}),
    ("kubernetes", {"apiVersion"}),
    ("compose", {"services"}),
    ("goss", {"addr"}),
    ("ansible", {"all"}),
    ("ansible", {"_meta"}),
    ("ansible", {"ungrouped"}),
    ("ansible", {"plugin"}),
)


def is_structured(source: InputText) -> bool:
    """Whether it is YAML or JSON, or was to be."""
    if source.keys or source.is_list:
        return True
    return bool(_MARKS.match(source.beginning) or _KEYED.match(source.beginning))


def seeming_format(source: InputText) -> str:
    """The name of the format that a file of no known one seems to be; empty where nothing tells."""
    if isinstance(source.root, MappingNode):
        return "ansible" if seems_inventory(source.root) else ""
    if is_structured(source):
        return "" if source.is_list else _by_keys(source.beginning)
    return "ansible" if seems_inventory_text(source.lines) else ""


def _by_keys(text: str) -> str:
    keys = first_keys(text) if is_json(text) else set(_FIRST_COLUMN.findall(text))
    return next((name for name, wanted in _KEYS if wanted <= keys), "")
