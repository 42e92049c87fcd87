"""Ports that a compose file publishes, in both spellings: `"127.0.0.1:8080:80/tcp"`, and a mapping with `published`.

The short form is `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, each of them a port or a range. Two ranges of equal length are
pairs of ports; a range for a single port in the container means that one of them is picked when it starts, and so does
a port without a host's. Other ranges compose refuses, and so does this, as it does a name in the place of the address.
(compose-spec/compose-spec, `05-services.md`, ports.)
"""

import re
from typing import NamedTuple

from scanner.targets.file.yaml_nodes import Scalar, YamlNode
from scanner.targets.formats.input_text import keys_of
from scanner.targets.formats.port_cells import is_tcp
from scanner.targets.formats.tree_reader import TreeReader
from scanner.targets.grammar.addresses import v4_number, v6_number
from scanner.words.shown_text import many, shown

_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_SHORT = re.compile(
    r"""(?:(?:(?P<ip>\[[^\[\]]*\]|[^\[\]]*?):)?(?P<host>[0-9]{1,5}(?:-[0-9]{1,5})?|):)?
        (?P<inside>[0-9]{1,5}(?:-[0-9]{1,5})?)(?:/(?P<protocol>[A-Za-z0-9]+))?""",
    re.VERBOSE,
)
_PUBLISHES = re.compile(r"(?:[0-9A-Fa-f.:\[\]]*:)?(?:[0-9-]+|\$\{?\w+[^:]*(?::-?[^:}]*)?\}?):[0-9-]+(?:/[a-z]+)?")
_VARIABLE = re.compile(r"(?<!\$)\$(?:\{|[A-Za-z_])")
_LONGEST = 200
_WRITE = 'write it as "8080:80"'


class PublishedPort(NamedTuple):
    """What the host listens on: `ip`, empty for all its addresses; `ports` as text, empty where one is picked when the
    container starts; `protocol`, empty for TCP."""

    cell: Scalar
    ip: str
    ports: str
    protocol: str


def published_port(node: YamlNode, tree: TreeReader) -> PublishedPort | None:
    """What one item of `ports` says; None where it is wrong, which is noted."""
    if isinstance(node, Scalar) and not node.null:
        return _short(node, tree)
    fields = tree.fields(node, "a port")
    found = {key: tree.text(fields.get(key), key) for key in ("target", "published", "host_ip", "protocol")}
    target, published, address, protocol = found.values()
    if target is None and published is None:
        tree.wrong(node, f"this publishes no port; {_WRITE}")
        return None
    for each in (target, published, address):
        if each is not None and _is_variable(each, tree):
            return None
    ports, inside = published.text if published else "", target.text if target else ""
    for key, each in (("published", published), ("target", target)):
        if each is not None and each.text and not _RANGE.fullmatch(each.text):
            tree.wrong(each, f"{key} is {shown(each.text)}; write a port")
            return None
    ip = address.text.strip("[]") if address else ""
    cell = published or target or Scalar(node.line, node.column, "")
    if _is_odd_address(address or cell, ip, tree) or _are_odd_ranges(cell, ports, inside, tree):
        return None
    return PublishedPort(cell, ip, _certain(ports, inside), _other(protocol.text if protocol else ""))


def publishes(node: YamlNode) -> bool:
    """Whether this is a port as only compose writes it, be it one with a variable."""
    if isinstance(node, Scalar):
        return ":" in node.text and len(node.text) <= _LONGEST and _PUBLISHES.fullmatch(node.text) is not None
    return {"target", "published"} <= keys_of(node)


def _short(cell: Scalar, tree: TreeReader) -> PublishedPort | None:
    if _is_variable(cell, tree):
        return None
    match = _SHORT.fullmatch(cell.text.strip()) if len(cell.text) <= _LONGEST else None
    if match is None:
        tree.wrong(cell, f"{shown(cell.text)} is not a port; {_WRITE}")
        return None
    ip, ports, inside = (match["ip"] or "").strip("[]"), match["host"] or "", match["inside"]
    if _is_odd_address(cell, ip, tree) or _are_odd_ranges(cell, ports, inside, tree):
        return None
    return PublishedPort(cell, ip, _certain(ports, inside), _other(match["protocol"] or ""))


def _is_odd_address(cell: Scalar, ip: str, tree: TreeReader) -> bool:
    """Whether something else than an address stands in its place, which is noted."""
    if not ip or v4_number(ip) is not None or v6_number(ip) is not None:
        return False
    tree.wrong(cell, f"{shown(ip)} is not an address, which compose takes here alone; write one such as 127.0.0.1")
    return True


def _are_odd_ranges(cell: Scalar, ports: str, inside: str, tree: TreeReader) -> bool:
    """Whether these are no ranges that compose can pair, which is noted."""
    wide, within = _count(ports), _count(inside)
    backwards = next((each for each, count in ((ports, wide), (inside, within)) if each and count < 1), "")
    if backwards:
        tree.wrong(cell, f"{shown(backwards)} is a range whose end is before its start; write it the other way round")
    elif ports and within > 1 and wide != within:
        told = f"{shown(ports)} is {many(wide, 'port')}, and {shown(inside)} is {many(within, 'port')}"
        tree.wrong(cell, f"{told}; write ranges of equal length")
    else:
        return False
    return True


def _is_variable(cell: Scalar, tree: TreeReader) -> bool:
    """Whether its value depends on the environment, which is noted."""
    if not _VARIABLE.search(cell.text):
        return False
    text = (
        f"{shown(cell.text)} holds a variable; write its value, or read what docker compose config --format json prints"
    )
    tree.wrong(cell, text)
    return True


def _certain(ports: str, inside: str) -> str:
    """The host's ports where it is known which; `inside`: those of the container they lead to."""
    if ports in ("", "0") or _count(ports) != max(_count(inside), 1):
        return ""
    return ports


def _count(ports: str) -> int:
    match = _RANGE.fullmatch(ports)
    return int(match[2] or match[1]) - int(match[1]) + 1 if match else 0


def _other(protocol: str) -> str:
    return "" if not protocol or is_tcp(protocol) else protocol.lower()
