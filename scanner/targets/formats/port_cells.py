"""Ports as other people's tables spell them: `443/tcp`, `tcp/443`, `2309.0`, `80; 443`, `8000 - 8100`, `null`. Pure.

What comes out is PORTS in our own grammar, which still has to take it. Ports of other protocols, and "any", are told
apart: no TCP connection can verify them.
"""

import re
from typing import NamedTuple

_NOTHING = frozenset(("", "null", "none", "nil", "n/a", "na", "~", "leer", "keine", "keiner"))
#: What means every port there. Ours is `-`, which in a table is as likely to mean that there is none.
ANY = frozenset(("any", "all", "*", "-", "alle", "beliebig", "jeder", "any port", "0-65535"))
_TCP = frozenset(("tcp", "6", "ip/tcp", "tcp4", "tcp6"))
_APART = re.compile(r"[\s,;|]+")
#: Dashes of all kinds, with the blanks around them, between two numbers.
_DASH = re.compile(r"(?<=[0-9])\s*(?:[-\u2010-\u2015\u2212]|\bto\b|\bbis\b|\.\.)\s*(?=[0-9])")
_WHOLE = re.compile(r"([0-9]+)\.0+")
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
            whole = _WHOLE.fullmatch(bare)
            ports.append(whole[1] if whole else bare)
    return PortCell(",".join(ports), tuple(others), bool(ports or others))


def spelled_ports(text: str) -> str:
    """The same with its ranges and protocols in one word with their ports: `8000-8100`, `udp/53`, `53/udp`."""
    plain = _DASH.sub("-", text.strip())
    plain = _BEFORE.sub(lambda match: f"{match[1].lower()}/", plain)
    return _BEHIND.sub(lambda match: f"/{match[1].lower()}", plain)


def _protocol_of(word: str) -> tuple[str, str]:
    """The protocol that a word names, or empty, and the word without it. (`443/tls` names none.)"""
    head, _, tail = word.partition("/")
    return (head, tail) if head in _PROTOCOLS else (tail, head) if tail in _PROTOCOLS else ("", word)
