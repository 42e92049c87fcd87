"""Cells of ports as rules spell them, with protocols around them and words of firewalls before them. Pure.

What a cell says beside its numbers must not get lost: `53 (UDP)` is no TCP port, `not 443` not 443, `1024+` not 1024.
What is unambiguous is written anew for `port_cells.py`; the rest is refused as it stands, with no remedy that might
mean the opposite.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from scanner.errors import TargetError
from scanner.targets.formats.port_cells import is_tcp, port_cell, thousands_in
from scanner.targets.formats.rule_services import MIXED, services_said
from scanner.targets.formats.rule_words import is_date, is_other_service, mixes_protocols
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.urls import has_user_info, is_url
from scanner.words.secret_words import gives_secret
from scanner.words.shown_text import shown

OWN_DATE = "a spreadsheet makes that of a range such as 10-12; write the ports as text"
_APART = re.compile(r"[\s,;|]+")
#: One port and TCP.
_TCP_PORT = re.compile(r"(?i)tcp\s?[/:]\s?([0-9]++)|([0-9]++)\s?/\s?tcp")
#: Most cells: ports and ranges, and nothing to interpret.
_NUMBERS = re.compile(r"[0-9]+(?:-[0-9]+)?(?:[,;\s]+[0-9]+(?:-[0-9]+)?)*+")
_PLUS = re.compile(r"(?<![0-9])([0-9]{1,5})\s*\+(?=\s*(?:[,;|\n]|\Z))")
_NO_START = re.compile(
    r"(?:\A|[,;|\n])\s*[-\u2010-\u2015\u2212]\s*([1-9][0-9]{0,4})(?![0-9]|\s*[-\u2010-\u2015\u2212])"
)
_CONDITION = re.compile(
    r"(?i)[!<>≤≥≠]|(?<![\w-])(?:neq|ne|not|nicht|no|gt|lt|ge|le|except|without|ohne|außer|ausser|excluding|negated?|above|below|ab|"
    r"über|unter|from)(?![\w-])"
)
_QUOTED = re.compile(r'"([^"]*)"')


class PortsSaid(NamedTuple):
    """What a cell says: its `ports` (None where it names none), what TCP cannot verify of it (`others`), and what is
    `wrong` with it, in words, if anything is."""

    ports: tuple[int, ...] | None
    others: tuple[str, ...] = ()
    wrong: str = ""


@lru_cache(maxsize=4096)
def ports_said(text: str, by_protocol: bool) -> PortsSaid:
    """What a cell says of TCP ports. `by_protocol`: another cell says which protocol, so services may be TCP's.

    Tables say the same few things over and over: each is taken apart once."""
    if text.isdigit():
        return _parsed(text, text)
    if match := _TCP_PORT.fullmatch(text):
        return _parsed(match[1] or match[2], text)
    if wrong := thousands_in(text):
        return PortsSaid((), (), wrong)
    if _NUMBERS.fullmatch(text):
        return _parsed(",".join(_APART.split(text)), text)
    if wrong := _refused(text):
        return PortsSaid((), (), f"{shown(text)} {wrong}")
    if is_other_service(text):
        return PortsSaid((), (f"all of {text.lower()}" if is_tcp(text) else f"service {shown(text)}",))
    found = services_said(text, by_protocol)
    if found.wrong:
        return PortsSaid((), (), found.wrong)
    if found.others and not found.plain:
        return PortsSaid((), found.others)
    said = port_cell(found.plain)
    others = (*found.others, *(f"port {shown(other)}" for other in said.others))
    if not said.named:
        return PortsSaid(None, others)
    parsed = _parsed(said.ports, text) if said.ports else PortsSaid(())
    return parsed._replace(others=() if parsed.wrong else others)


def _refused(text: str) -> str:
    """What is wrong with a cell that is not taken apart at all; else empty."""
    if is_url(text) or has_user_info(text) or gives_secret(text):  # taken apart, it would show a password
        return "is no port; write a number from 1 to 65535"
    if is_date(text):
        return f"is a date; {OWN_DATE}"
    if _CONDITION.search(text):
        return "is a condition, not a list of ports; write all ports that the rule lets through, such as 1024-65535"
    if match := _PLUS.search(text):
        return f"leaves open where the ports end; write {match[1]}-65535"
    if match := _NO_START.search(text):
        return f"does not say where the ports begin; write {match[1]}, or 1-{match[1]}"
    if mixes_protocols(text):
        return MIXED
    return ""


def _parsed(ports: str, text: str) -> PortsSaid:
    """Ports in our grammar. What is wrong with them is said of the cell as it was written."""
    try:
        return PortsSaid(parse_ports(ports))
    except TargetError as error:
        told = str(error)
        if ports != text and not all(quoted in text for quoted in _QUOTED.findall(told)):
            told = f"{shown(text)} is no list of ports; write ports such as 80,443 or 8000-8100"
        return PortsSaid((), (), told)
