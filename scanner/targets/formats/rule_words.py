"""What firewalls and their owners call things in the cells of a rule: actions, protocols, yes and no, services. Pure.

What is not understood comes back as None, and whoever reads the table says so; nothing is guessed.
"""

import re
from typing import NamedTuple

from scanner.targets.formats.port_cells import is_any, is_tcp


def spelled(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


_OPEN = spelled(
    "allow allowed permit permitted accept accepted pass passed erlauben erlaubt erlaube zulassen zugelassen gestatten "
    "gestattet akzeptieren akzeptiert freigeben freigegeben freigabe durchlassen"
)
_BLOCKED = spelled(
    "deny denied drop dropped reject rejected block discard discarded verbieten verboten verbiete sperren gesperrt "
    "blockieren blockiert blocken geblockt ablehnen abgelehnt verwerfen verworfen verweigern verweigert"
)
#: What an action may have beside it: `accept, log`.
_BESIDE = spelled("log logged logging and und with mit protokollieren silent silently")
_LETTERS = re.compile(r"[^\W\d_]+")
_TRUE = spelled("yes y true 1 x on ja j wahr ein an")
_TICKS = spelled("x ja yes j y wahr true 1 on an ein ✓ ✔ ☑")
_TRUE |= _TICKS
_FALSE = spelled("no n false 0 off nein falsch aus")
_GONE = spelled(
    "disabled disable inactive inaktiv deaktiviert deleted removed expired gelöscht entfernt abgelaufen ungültig "
    "rejected abgelehnt planned geplant pending beantragt requested retired stillgelegt decommissioned suspended "
    "cancelled canceled storniert draft entwurf obsolete revoked widerrufen"
)
_MARK = re.compile(r"(?i)[\[(]\s*([^\W\d_]+)\s*[\])]|(disabled|inactive|deaktiviert|inaktiv)\s*:")
_GONE_PHRASES = frozenset(("not active", "nicht aktiv", "not enabled", "nicht aktiviert", "not approved"))
_HERE = spelled(
    "enabled enable active aktiv aktiviert approved genehmigt live implemented umgesetzt valid gültig done erledigt "
    "installed installiert production produktiv ok up permanent temporary temporär freigegeben"
)
_OUT = spelled("out outbound egress outgoing ausgehend ausgang true yes ja 1")
_IN = spelled("in inbound ingress incoming eingehend eingang false no nein 0")
#: Protocols that a TCP connection says nothing about; the numbers are IANA's.
_OTHERS = spelled(
    "udp udp4 udp6 17 icmp icmp4 icmpv4 icmp6 icmpv6 ipv6-icmp 1 58 igmp 2 ip ip4 ip6 ipv4 ipv6 0 4 41 -1 gre 47 esp "
    "50 ah 51 ospf 89 eigrp 88 pim 103 vrrp 112 l2tp 115 sctp 132 udplite 136 dccp 33 quic ipsec ping icmp-echo"
)
#: `ALL_ICMP6`, `ICMP (Ping)`, `icmp type 8`, `echo-request`: what pings are called.
_ECHO = r"(?:icmp(?:[-_ ]?v?[46])?|ping(?:[-_ ]?v?[46])?|echo[-_ ]?(?:request|reply))"
_ICMP = re.compile(
    rf"(?:(?:all|any|alle)[-_ ]?)?{_ECHO}(?:[-_ /:()\[\]]+(?:{_ECHO}|all|any|alle|echo|request|reply|proto|type|typ|"
    r"code|[0-9]{1,3}))*[)\]]?"
)
_BETWEEN = re.compile(r"\s*(?:[,;/+&|_\n]|\band\b|\bund\b|\boder\b|\bor\b)\s*|\s+")
#: What these names stand for runs over UDP, although IANA gave most of them a TCP port too.
_UDP_SERVICES = spelled(
    "ntp snmp snmptrap snmp-trap syslog tftp dhcp bootps bootpc isakmp ike ipsec-nat-t radius radius-acct mdns "
    "netbios-ns netbios-dgm l2tp wireguard"
)
_PROTOCOL = r"tcp|udp|sctp|icmpv6|icmp"
_OTHER_PORTS = re.compile(r"(?i)(?<![a-z])(?:udp|sctp|icmpv6|icmp|dccp|quic)(?![a-z])")
_ANY_PROTOCOL = re.compile(rf"(?i)(?<![a-z])(?:{_PROTOCOL}|dccp|quic)(?![a-z])")
_PORT = re.compile(r"[0-9]+(?:\s*[-\u2013]\s*[0-9]+)?")
_LISTED = re.compile(r"[,;|\n]")
#: What a spreadsheet makes of `10-12`.
_MONTH = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|m[aä]r(?:z|ch)?|apr(?:il)?|ma[iy]|jun[ie]?|jul[iy]?|aug(?:ust)?|sept?(?:ember)?"
    r"|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_DATE = re.compile(
    r"(?i)[0-9]{1,2}\.\s?[0-9]{1,2}\.(?:[0-9]{2,4})?|[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}"
    rf"|[0-9]{{1,2}}[. -]+{_MONTH}\.?(?:[ -]*[0-9]{{2,4}})?|{_MONTH}\.?[ -][0-9]{{1,4}}"
)


class RuleProtocol(NamedTuple):
    """What a rule says of protocols: whether TCP is among them, and the `others`, as written."""

    tcp: bool
    others: tuple[str, ...] = ()


def expectation_in(text: str) -> str | None:
    """`open` or `blocked` for an action; None for what is none (it may be an expectation of ours)."""
    words = [word for word in _LETTERS.findall(text.lower()) if word not in _BESIDE]
    if len(words) != 1:
        return None
    return "open" if words[0] in _OPEN else "blocked" if words[0] in _BLOCKED else None


def protocol_in(text: str) -> RuleProtocol | None:
    """What a protocol's cell says, one or several; nothing is TCP. None where a word of it is unknown."""
    words = [word for word in _BETWEEN.split(text.strip().lower().strip("()")) if word.strip("()")]
    tcp, others = False, []
    for word in (word.strip("()") for word in words):
        if is_tcp(word):
            tcp = True
        elif word in _OTHERS or is_any(word):
            others.append(word)
        else:
            return None
    return RuleProtocol(tcp or not words, tuple(dict.fromkeys(others)))


def is_off(text: str, *, negated: bool = False) -> bool:
    """Whether a cell says that its rule does not hold. `negated`: the column's head is `disabled` or the like, so that
    a yes is a no."""
    return is_on(text, negated=negated) is False


def is_on(text: str, *, negated: bool = False) -> bool | None:
    """Whether a cell says that its rule holds, or (`negated`) that it is disabled; None where it says neither, or is
    unknown. What stands in brackets is an addition: `Disabled (temp)`."""
    word = " ".join(text.lower().split())
    if word.startswith("(") and word.endswith(")"):
        word = word[1:-1].strip()
    word = word.partition("(")[0].strip() or word
    if word in _GONE or word in _GONE_PHRASES:
        return False
    if word in _TRUE or word in _FALSE:
        return (word in _TRUE) != negated
    return True if word in _HERE else None


def is_marked_off(text: str) -> bool:
    """Whether a rule's name or number begins with a mark that it does not hold: `[Disabled] Old-FTP`."""
    match = _MARK.match(text)
    return match is not None and (match[2] is not None or match[1].lower() in _GONE)


def is_tick(text: str) -> bool:
    """Whether a cell is marked, in a column in which a blank means no."""
    return text.strip().lower() in _TICKS


def leads_in(text: str) -> bool | None:
    """Whether a direction is inwards; None where that cannot be told."""
    word = text.strip().lower()
    return True if word in _IN else False if word in _OUT else None


def mixes_protocols(text: str) -> bool:
    """Whether a cell has ports for which no protocol is written where another than TCP may be meant: behind `udp 53`,
    in front of `53/udp`, or in one piece with it."""
    if not _OTHER_PORTS.search(text) or len(_ANY_PROTOCOL.findall(text)) >= len(_PORT.findall(text)):
        return False
    reaches, waiting = False, False  # another protocol reaches what follows; ports wait for what is behind them
    for piece in _LISTED.split(text):
        ports, protocols = list(_PORT.finditer(piece)), list(_ANY_PROTOCOL.finditer(piece))
        if not protocols:
            if ports and reaches:
                return True
            waiting = waiting or bool(ports)
            continue
        others = _OTHER_PORTS.search(piece) is not None
        leads = bool(ports) and protocols[0].start() < ports[0].start()
        if len(protocols) < max(1, len(ports)) or (waiting and others and not leads):
            return True
        reaches, waiting = others if leads else reaches, False
    return False


def is_other_service(text: str) -> bool:
    """Whether a whole cell names a protocol instead of ports, such as `icmp`; `tcp` is all of its ports."""
    word = text.strip().lower()
    return word == "tcp" or (word in _OTHERS and not word.lstrip("-").isdigit()) or _ICMP.fullmatch(word) is not None


def is_udp_service(word: str) -> bool:
    """Whether a service is one of UDP's, whatever port TCP has under that name."""
    return word.lower() in _UDP_SERVICES


def is_date(text: str) -> bool:
    """Whether it looks like what a spreadsheet makes of a range such as `10-12`."""
    return _DATE.fullmatch(text.strip()) is not None


def listed_words(text: str) -> list[str]:
    """Tags, or sources, of one cell: apart by commas, semicolons, bars or line ends; they may have blanks."""
    return [word for each in _LISTED.split(text) if (word := each.strip())]
