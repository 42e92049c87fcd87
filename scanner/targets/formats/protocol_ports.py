"""Ports in numbers with protocols around them: `udp port 53`, `53/tcp,udp`, `range 8000 8100`. Pure.

A cell that is one such list is written anew for `port_cells.py`, each port with its protocol. What is not closed, or
begins with a mark that nothing stands in front of (`-443`, `(443`), is no such list: a part of it may be lost.
"""

import re

_ONE = r"(?:tcp|udp|sctp|icmpv6|icmp|dccp|quic)"
#: One or several protocols; ports, or ranges of them, apart by commas.
PROTOCOLS = rf"{_ONE}(?:(?:\s*[/,+&]\s*|\s+(?:und|and|oder|or)\s+|\s+){_ONE})*+"
PORTS = r"[0-9]+(?:\s*[-\u2013]\s*[0-9]+)?(?:\s*[,;]\s*[0-9]+(?:\s*[-\u2013]\s*[0-9]+)?)*+"
#: `udp port 53`, `TCP/UDP 53`, `Port 443`, `tcp eq 443`, `range 8000 8100`.
_WORDS = r"(?:(?:dst|destination|dest|ziel)[\s-]*(?:ports?\b|eq\b|range\b)?|ports?\b|eq\b|range\b)[\s:=]*"
_BEFORE = re.compile(
    rf"(?i)\s*(?:(?P<said>{PROTOCOLS})[\s/:=_(\[-]*|[(\[]\s*)?(?:{_WORDS})?"
    rf"(?P<ports>[0-9]+\s+[0-9]+(?<=\d)|{PORTS})[\s)\]]*"
)
_BEHIND = re.compile(rf"(?i)\s*(?P<ports>{PORTS})[\s/_(\[-]+(?P<said>{PROTOCOLS})[\s)\]]*")
_RANGE = re.compile(r"(?i)\brange\b")
_SAID = re.compile(rf"(?i)(?<![a-z0-9]){_ONE}(?![a-z0-9])")
_CLOSED = re.compile(r"[^()\[\]]*(?:\([^()\[\]]*\)|\[[^()\[\]]*\])?[^()\[\]]*")


def protocols_said(text: str) -> list[str]:
    """The protocols that a text names, in small letters and in order. `_` parts words here."""
    return [match.lower() for match in _SAID.findall(text.replace("_", " "))]


def respelled_ports(text: str) -> str:
    """A text that is one list of ports with protocols or words of firewalls around it, for `port_cell`; else empty."""
    match = _BEFORE.fullmatch(text) or _BEHIND.fullmatch(text)
    if match is None or not _CLOSED.fullmatch(text):
        return ""
    protocols = protocols_said(match["said"] or "")
    if protocols in (["icmp"], ["icmpv6"]):  # which has no ports: they are somebody else's
        return ""
    ports = match["ports"]
    if re.fullmatch(r"[0-9]+\s+[0-9]+", ports):
        ports = "-".join(ports.split()) if _RANGE.search(text) else ",".join(ports.split())
    return with_protocols(ports, protocols)


def with_protocols(ports: str, protocols: list[str]) -> str:
    """Each of these ports with each of these protocols; without any it is TCP."""
    each = [re.sub(r"\s", "", one).replace("\u2013", "-") for one in re.split(r"[,;]", ports)]
    named = dict.fromkeys(protocols) or {"tcp": None}
    return ",".join(one if name == "tcp" else f"{name}/{one}" for name in named for one in each)
