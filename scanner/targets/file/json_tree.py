"""The tree of a plain JSON document, as `foreign_tree.py` has it of the same text, in half of the time.

Long lists that other programs write are JSON, and each of their parts is an event of libyaml's, an object that is made
to be read once. Plain is what both read alike, to the column: ASCII without an escape, a tab or an endless string. All
else, and whatever is no JSON, is left to that module, which says what is wrong and where.

The document is read twice: the standard library's reader, which is C, says that it is JSON; after that strings, words
and brackets come in an order that needs no second look, and only have to be given their places. Pure.
"""

import json
import re

from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode

_TOKEN = re.compile(r'"[^"]*"|[\[\]{}]|[^ \n,:\[\]{}"]+')
_MOST_KNOWN = 4096
_LONG = re.compile(r'"[^"]{1000}')


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


#: What it makes of the document is not looked at; objects are not even kept.
_READER = json.JSONDecoder(object_pairs_hook=lambda pairs: None, parse_constant=_refuse, parse_int=str, parse_float=str)


def json_tree(text: str, deepest: int, widest: int) -> YamlNode | None:
    """The tree of a text with LF line ends; None where it is not plain JSON, or deeper or larger than that."""
    return _tree(text, deepest) if _is_plain(text, widest) and _is_json(text) else None


def _is_plain(text: str, widest: int) -> bool:
    if not (text.isascii() and text.lstrip(" \n").startswith(("[", "{"))):
        return False
    if any(char in text for char in "\\\t\r\x7f") or _LONG.search(text):
        return False
    return sum(map(text.count, ",:[{")) < widest


def _is_json(text: str) -> bool:
    try:
        _READER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _tree(text: str, deepest: int) -> YamlNode | None:
    """That of a JSON document. Of a mapping, keys and values are collected in one list, and paired at its end."""
    around: list[tuple[list[YamlNode], list[tuple[YamlNode, YamlNode]]]] = []
    here: list[YamlNode] = []
    known: dict[str, str] = {}  # documents say the same few words over and over, and memory takes time
    line, before, line_end = 1, -1, text.find("\n")
    for match in _TOKEN.finditer(text):
        at, token = match.start(), match[0]
        while -1 < line_end < at:
            line, before, line_end = line + 1, line_end, text.find("\n", line_end + 1)
        if token[0] == '"':
            said = known.get(token)
            if said is None:
                said = token[1:-1]
                if len(known) < _MOST_KNOWN:
                    known[token] = said
            here.append(Scalar(line, at - before, said))
        elif token in "[{":
            if len(around) == deepest:
                return None
            below: list[YamlNode] = []
            pairs: list[tuple[YamlNode, YamlNode]] = []
            node = SequenceNode(line, at - before, below) if token == "[" else MappingNode(line, at - before, pairs)
            here.append(node)
            around.append((here, pairs))
            here = below
        elif token in "]}":
            within = here
            here, pairs = around.pop()
            if token == "}":
                pairs += zip(within[::2], within[1::2], strict=True)
        else:
            here.append(Scalar(line, at - before, token, token == "null"))
    return here[0]
