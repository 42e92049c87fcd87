"""Cells of ports as rules spell them, with protocols around them and words of firewalls before them. Pure.

What a cell says beside its numbers must not get lost: `53 (UDP)` is no TCP port, `not 443` not 443, `1024+` not 1024.
What is unambiguous is written anew for `port_cells.py`; the rest is refused as it stands, with no remedy that might
mean the opposite.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from scanner.errors import TargetError
from scanner.targets.formats.port_cells import is_tcp, port_cell
from scanner.targets.formats.rule_words import (
    is_date,
    is_other_service,
    is_udp_service,
    mixes_protocols,
    service_ports,
)  # fmt: skip
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.urls import has_user_info, is_url
from scanner.words.secret_words import gives_secret
from scanner.words.shown_text import shown

#: Ports that two objects of Palo Alto's stand for.
_OBJECTS = {"service-https": "443", "service-http": "80,8080"}
OWN_DATE = "a spreadsheet makes that of a range such as 10-12; write the ports as text"
_APART = re.compile(r"[\s,;|]+")
#: Most cells: ports and ranges, and nothing to interpret.
_NUMBERS = re.compile(r"[0-9]+(?:-[0-9]+)?(?:[,;\s]+[0-9]+(?:-[0-9]+)?)*+")
_THOUSANDS = re.compile(r"[1-9],[0-9]{3}")
_PLUS = re.compile(r"(?<![0-9])([0-9]{1,5})\s*\+(?=\s*(?:[,;|\n]|\Z))")
_CONDITION = re.compile(
    r"(?i)[!<>≤≥≠]|(?<![\w-])(?:neq|ne|not|nicht|no|gt|lt|ge|le|except|without|ohne|außer|ausser|excluding|above|below|ab|"
    r"über|unter|from)(?![\w-])"
)
_ONE = r"(?:tcp|udp|sctp|icmpv6|icmp|dccp|quic)"
_PROTOCOLS = rf"{_ONE}(?:(?:\s*[/,+&]\s*|\s+(?:und|and|oder|or)\s+|\s+){_ONE})*+"
_PORTS = r"[0-9]+(?:\s*[-\u2013]\s*[0-9]+)?(?:\s*[,;]\s*[0-9]+(?:\s*[-\u2013]\s*[0-9]+)?)*+"
#: `udp port 53`, `TCP/UDP 53`, `Port 443`, `tcp eq 443`, `range 8000 8100`.
_BEFORE = re.compile(
    rf"(?i)\s*(?P<said>{_PROTOCOLS})?[\s/:_(\[-]*(?:(?:dst|destination|dest|ziel)[\s-]*)?"
    rf"(?:ports?\b|eq\b|range\b)?[\s:=]*(?P<ports>[0-9]+\s+[0-9]+(?<=\d)|{_PORTS})[\s)\]]*"
)
_BEHIND = re.compile(rf"(?i)\s*(?P<ports>{_PORTS})[\s/_(\[-]+(?P<said>{_PROTOCOLS})[\s)\]]*")
_RANGE = re.compile(r"(?i)\brange\b")
_SAID = re.compile(rf"(?i)(?<![a-z0-9]){_ONE}(?![a-z0-9])")
_QUOTED = re.compile(r'"([^"]*)"')
_SERVICE_WORD = re.compile(r"[A-Za-z][\w.-]*")
#: They make TCP of a service that is UDP's otherwise.
_OVER_TCP = frozenset(("tcp", "tls", "ssl"))


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
    if _THOUSANDS.fullmatch(text):
        one, other = text.split(",")
        told = f"may be {one}{other} or the ports {one} and {int(other)}; write {one}{other}, or {one}, {int(other)}"
        return PortsSaid((), (), f"{shown(text)} {told}")
    if _NUMBERS.fullmatch(text):
        return _parsed(",".join(_APART.split(text)), text)
    if wrong := _refused(text):
        return PortsSaid((), (), f"{shown(text)} {wrong}")
    if is_other_service(text):
        whole = text.lower()
        return PortsSaid((), (f"all of {whole}" if whole == "tcp" else f"service {shown(text)}",))
    plain = _OBJECTS.get(text.lower()) or _respelled(" ".join(text.split())) or _named(text, by_protocol)
    words = [word for word in _APART.split(plain) if word]
    others: list[str] = []
    if not by_protocol and any(map(is_udp_service, words)):
        others = [f"service {shown(word)}, which is UDP's," for word in words if is_udp_service(word)]
        plain = ",".join(word for word in words if not is_udp_service(word))
        if not plain:
            return PortsSaid((), tuple(others))
    said = port_cell(plain)
    others += [f"port {shown(other)}" for other in said.others]
    if not said.named:
        return PortsSaid(None, tuple(others))
    found = _parsed(said.ports, text) if said.ports else PortsSaid(())
    return found._replace(others=tuple(others))


def other_protocols(service: str) -> tuple[bool, bool]:
    """What a service beside a port says of its protocol: whether it is another's than TCP, and whether TCP's."""
    said = {match.lower() for match in _SAID.findall(service.replace("_", " "))}
    words = [word.lower() for word in _SERVICE_WORD.findall(service)]
    tcp = not _OVER_TCP.isdisjoint(words) or "tcp" in said
    other = bool(said - {"tcp"}) or (is_other_service(service) and not is_tcp(service))
    return other or (bool(words) and is_udp_service(words[0]) and not tcp), tcp


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
    if mixes_protocols(text):
        return "has ports of UDP or another protocol beside ports without any; write it at each: 53/udp, 80/tcp"
    return ""


def _respelled(text: str) -> str:
    """A cell that is one list of ports with protocols or words of firewalls around it, for `port_cell`; else empty."""
    match = _BEFORE.fullmatch(text) or _BEHIND.fullmatch(text)
    if match is None:
        return ""
    ports = match["ports"]
    if re.fullmatch(r"[0-9]+\s+[0-9]+", ports):
        ports = "-".join(ports.split()) if _RANGE.search(text) else ",".join(ports.split())
    return _with_protocols(ports, match["said"] or "")


def _with_protocols(ports: str, said: str) -> str:
    """Each of these ports with each protocol that is said."""
    each = [re.sub(r"\s", "", one).replace("\u2013", "-") for one in re.split(r"[,;]", ports)]
    named = dict.fromkeys(match.lower() for match in _SAID.findall(said)) or {"tcp": None}
    return ",".join(one if name == "tcp" else f"{name}/{one}" for name in named for one in each)


def _named(text: str, by_protocol: bool) -> str:
    """A service with its port: what its name says of the protocol holds where the port does not say it itself."""
    ports = service_ports(text).strip()
    beside = " ".join(text.split())
    if ports == text or not re.fullmatch(_PORTS, ports) or ports not in beside:
        return ports
    name = beside.replace(ports, "", 1)
    if not other_protocols(name)[0]:
        return ports
    said = " ".join(_SAID.findall(name.replace("_", " ")))
    if not said or said.lower() == "tcp":
        return ports if by_protocol else _with_protocols(ports, "udp")
    return _with_protocols(ports, said)


def _parsed(ports: str, text: str) -> PortsSaid:
    """Ports in our grammar. What is wrong with them is said of the cell as it was written."""
    try:
        return PortsSaid(parse_ports(ports))
    except TargetError as error:
        told = str(error)
        if ports != text and not all(quoted in text for quoted in _QUOTED.findall(told)):
            told = f"{shown(text)} is no list of ports; write ports such as 80,443 or 8000-8100"
        return PortsSaid((), (), told)
