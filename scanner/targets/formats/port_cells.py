"""Ports as other people's tables spell them: `443/tcp`, `tcp/443`, `2309.0`, `80; 443`, `8000 - 8100`, `null`. Pure.

What comes out is PORTS in our own grammar, which still has to take it. Ports of other protocols, and "any", are told
apart: no TCP connection can verify them.
"""

import re
from typing import NamedTuple

from scanner.words.shown_text import shown

_NOTHING = frozenset(("", "null", "none", "nil", "n/a", "na", "~", "leer", "keine", "keiner"))
#: What means every port there. Ours is `-`, which in a table is as likely to mean that there is none.
ANY = frozenset(("any", "all", "*", "-", "alle", "beliebig", "jeder", "any port", "0-65535"))
_HIGHEST = 65535
_TCP = frozenset(("tcp", "6", "ip/tcp", "tcp4", "tcp6"))
_APART = re.compile(r"[\s,;|]+")
#: Dashes of all kinds, with the blanks around them, between two numbers.
_DASH = re.compile(r"(?<=[0-9])\s*(?:[-\u2010-\u2015\u2212]|\bto\b|\bbis\b|\.\.)\s*(?=[0-9])")
#: How tables of numbers write a whole one: never with three zeros, which may be thousands.
_WHOLE = re.compile(r"([0-9]+)\.00?")
#: `8.000`, `1'024`, `8 080`, `1,433`: digits in groups of three.
_GROUPS = re.compile(
    r"(?<![0-9.,'\u2019])([1-9][0-9]{0,2})([.,'\u2019\u00a0\u202f ])([0-9]{3})(?![0-9.'\u2019]|,[0-9])"
)
_LIST_SIGNS = frozenset(", \u00a0\u202f")
#: A protocol before or behind its ports: `tcp/443`, `TCP:443`, `443/tcp`, `udp_53`.
_PROTOCOLS = ("tcp", "udp", "sctp", "icmpv6", "icmp", "gre", "esp", "dccp", "quic")
_BEFORE = re.compile(rf"(?i)(?<![/_])\b({'|'.join(_PROTOCOLS)})\s*[/:_ -]\s*(?=[0-9a-z*])")
_BEHIND = re.compile(rf"(?i)\s*[/_]\s*({'|'.join(_PROTOCOLS)})\b")


class PortCell(NamedTuple):
    """`ports` in our grammar, without those of other protocols; empty where none is left. `others`: what TCP cannot
    tell, as it was written. `named`: whether the cell names any port at all."""

    ports: str
    others: tuple[str, ...]
    named: bool


def is_nothing(text: str) -> bool:
    """Whether a cell says that it says nothing."""
    return text.strip().lower() in _NOTHING


def is_any(text: str) -> bool:
    """Whether it means every port, or every host."""
    return text.strip().lower() in ANY


def is_tcp(protocol: str) -> bool:
    """Whether a protocol's name or number is TCP's."""
    return protocol.strip().lower() in _TCP


def port_cell(text: str) -> PortCell:
    """What a cell says about ports."""
    text = " ".join(text.split())  # the patterns below take long for long blanks
    if is_nothing(text):
        return PortCell("", (), False)
    if is_any(text):
        return PortCell("", (text.strip(),), True)
    ports: list[str] = []
    others: list[str] = []
    for word in _APART.split(spelled_ports(text)):
        if not word:
            continue
        protocol, bare = _protocol_of(word)
        if protocol not in ("", "tcp") or is_any(bare):
            others.append(word)
        else:
            ports.append(whole(bare))
    return PortCell(",".join(ports), tuple(others), bool(ports or others))


def whole(text: str) -> str:
    """A whole number as tables write it, without its `.0` or `.00`; any other text as it is."""
    match = _WHOLE.fullmatch(text)
    return match[1] if match else text


def thousands_in(text: str) -> str:
    """What is wrong where digits stand in groups of three, and may be one number or another; empty where none do.
    In a list a comma or a blank parts ports, so there only a group that is no port (`8 080`) tells; alone it may be
    either."""
    for match in _GROUPS.finditer(text):
        first, sign, last = match.groups()
        one = first + last
        if int(one) > _HIGHEST or (sign in _LIST_SIGNS and last[0] != "0" and (len(first) > 1 or match[0] != text)):
            continue
        if sign in _LIST_SIGNS and int(last):
            apart = f"{first}, {int(last)}"
            return f"{shown(match[0])} may be {one} or the ports {first} and {int(last)}; write {one}, or {apart}"
        if sign == "." and not int(last):
            return f"{shown(match[0])} may be {one} or {first}; write {one} or {first}"
        return f"{shown(match[0])} is no port; if {one} is meant, write {one}"
    return ""


def spelled_ports(text: str) -> str:
    """The same with its ranges and protocols in one word with their ports: `8000-8100`, `udp/53`, `53/udp`."""
    plain = _DASH.sub("-", text.strip())
    plain = _BEFORE.sub(lambda match: f"{match[1].lower()}/", plain)
    return _BEHIND.sub(lambda match: f"/{match[1].lower()}", plain)


def _protocol_of(word: str) -> tuple[str, str]:
    """The protocol that a word names, or empty, and the word without it. (`443/tls` names none.)"""
    head, _, tail = word.partition("/")
    return (head, tail) if head in _PROTOCOLS else (tail, head) if tail in _PROTOCOLS else ("", word)
