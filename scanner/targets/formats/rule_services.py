"""Services in the cells of a rule, with a port or a protocol beside them: `SSH 22`, `HTTPS (8443)`, `DNS (UDP)`. Pure.

A name beside its own port says one thing twice, and the number is what holds. Beside another port it may say that the
service has that port here, or name two: `SSH 2222` is refused with both readings. In brackets, behind a dash or a colon
it is the name of the number. A protocol beside a name says whose the service is, and what is another's than TCP's is
told.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from scanner.services import service_port
from scanner.targets.formats.port_cells import is_any, is_nothing, is_tcp, spelled_ports
from scanner.targets.formats.protocol_ports import PORTS, PROTOCOLS, protocols_said, respelled_ports, with_protocols
from scanner.targets.formats.rule_words import is_other_service, is_udp_service
from scanner.words.shown_text import shown

#: Ports that two objects of Palo Alto's stand for.
_OBJECTS = {"service-https": "443", "service-http": "80,8080"}
#: They make TCP of a service that is UDP's otherwise.
_OVER_TCP = frozenset(("tcp", "tls", "ssl"))
_PORTLESS = frozenset(("icmp", "icmpv6"))
_PROTOCOL = r"tcp|udp|sctp|icmpv6|icmp"
_NAME = r"[A-Za-z][A-Za-z0-9_.+/ -]*"
_NUMBERS = rf"(?:(?:{_PROTOCOL})\s*[/:_ -]?\s*)?[0-9][0-9,;\s-]*(?:\s*/\s*(?:{_PROTOCOL}))?"
#: `HTTPS (443)`, `Web (tcp/80, 443)`, and the other way round.
_NAMED = re.compile(rf"(?i)\s*{_NAME}\s*[(\[]\s*({_NUMBERS})\s*[)\]]\s*|\s*({_NUMBERS})\s*[(\[]\s*{_NAME}\s*[)\]]\s*")
#: `https/443`, `443/https`: no protocol, but the service's own name.
_SLASHED = re.compile(r"(?i)\s*(?:([a-z][a-z0-9-]*)\s*/\s*([0-9][0-9-]*)|([0-9][0-9-]*)\s*/\s*([a-z][a-z0-9-]*))\s*")
_JOINED = re.compile(rf"(?i)\b({_PROTOCOL})(?=[0-9])")
#: `DNS (UDP)`, `kerberos-udp`, `DNS_TCP`, `ALL_UDP`.
_WITH_PROTOCOL = re.compile(
    rf"(?i)(?P<name>[a-z][a-z0-9.+]*(?:[-_][a-z0-9.+]+)*?)\s*[-_/ (\[]\s*(?P<said>{PROTOCOLS}|icmpv?[46])[\s)\]]*"
)
_ONLY = re.compile(r"[0-9]+(?:\s*[-\u2013]\s*[0-9]+)?")
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9.]*")
_SERVICE_WORD = re.compile(r"[A-Za-z][\w.-]*")
_NUMBER = re.compile(rf"(?i)(?:(?:{_PROTOCOL})/)?([0-9]{{1,5}})(?:-([0-9]{{1,5}}))?(?:\.00?)?(?:/(?:{_PROTOCOL}))?")
#: They part a name and its number, and say that both are one.
_SIGNS = frozenset("-\u2013\u2014:=")
_AND = re.compile(r"(?i)(?<=[^\s,;|])\s*(?:\band\b|\bund\b|&|\+)\s*")
_APART = re.compile(r"[,;|\n]")
#: The same outside of brackets.
_APART_OUTSIDE = re.compile(r"[,;|\n](?![^()\[\]]*[)\]])")
#: A list in brackets.
_LIST = re.compile(r"[(\[][^()\[\]]*,")
#: Longer cells are lists of numbers.
_LONGEST = 2000
MIXED = "has ports of UDP or another protocol beside ports without any; write it at each: 53/udp, 80/tcp"
_STRAY = "holds a sign that stands alone; write ports such as 80,443 or 8000-8100"


class ServicesSaid(NamedTuple):
    """A cell in words that `port_cells.py` understands, empty where nothing is left; what TCP cannot verify of it
    (`others`), and what is `wrong` with it, in words, if anything is."""

    plain: str
    others: tuple[str, ...] = ()
    wrong: str = ""


def services_said(text: str, by_protocol: bool) -> ServicesSaid:
    """A cell of services and ports, one or several. `by_protocol`: another cell says which protocol, so services may be
    TCP's."""
    flat = " ".join(text.split())
    if plain := _as_one(flat, by_protocol):
        return ServicesSaid(plain)
    pieces = _pieces(text)
    if len(pieces) > 1 and not _SIGNS.isdisjoint(pieces):
        return ServicesSaid("", (), f"{shown(text)} {_STRAY}")
    found = [_piece(piece, by_protocol) for piece in pieces]
    if wrong := next((each.wrong for each in found if each.wrong), ""):
        return ServicesSaid("", (), wrong)
    if any(map(_is_transport, pieces)) and any(each.plain for each in found):
        return ServicesSaid("", (), f"{shown(text)} {MIXED}")
    if any(_LIST.search(piece) for piece in pieces) and _stray_names(found):
        told = "does not say which of the ports is whose; write the ports alone, such as 80,443"
        return ServicesSaid("", (), f"{shown(text)} {told}")
    others = tuple(other for each in found for other in each.others)
    return ServicesSaid(",".join(each.plain for each in found if each.plain), others)


def other_protocols(service: str) -> tuple[bool, bool]:
    """What a service beside a port says of its protocol: whether it is another's than TCP, and whether TCP's."""
    said = set(protocols_said(service))
    words = [word.lower() for word in _SERVICE_WORD.findall(service)]
    tcp = not _OVER_TCP.isdisjoint(words) or "tcp" in said
    other = bool(said - {"tcp"}) or (is_other_service(service) and not is_tcp(service))
    return other or (bool(words) and is_udp_service(words[0]) and not tcp), tcp


def _pieces(text: str) -> list[str]:
    bracketed = len(text) < _LONGEST and ("(" in text or "[" in text)
    pieces = (_APART_OUTSIDE if bracketed else _APART).split(_AND.sub(",", text))
    return [" ".join(piece.split()) for piece in pieces if not is_nothing(piece)]


def _is_transport(piece: str) -> bool:
    """Whether it is a protocol alone, whose ports may be those beside it: `53, udp`."""
    return protocols_said(piece) == [piece.lower()] and "icmp" not in piece.lower()


def _stray_names(found: Sequence[ServicesSaid]) -> bool:
    """Whether a name without a number has another port than those that stand in brackets behind a list of names."""
    numbers = [word for each in found for word in each.plain.split(",") if _NUMBER.fullmatch(word)]
    ports = [service_port(each.plain) for each in found if each.plain and not _NUMBER.match(each.plain)]
    return any(port is None or not any(_holds(number, port) for number in numbers) for port in ports)


def _as_one(flat: str, by_protocol: bool) -> str:
    """A text that is one list of ports with words around it; empty where it is none."""
    if plain := _OBJECTS.get(flat.lower()) or respelled_ports(flat):
        return plain
    joined = _JOINED.sub(lambda match: f"{match[1].lower()}/", flat)
    if match := _NAMED.fullmatch(joined):
        ports = match[1] or match[2]
    elif (match := _SLASHED.fullmatch(joined)) and not is_other_service(match[1] or match[4]):
        ports = match[2] or match[3]
    else:
        return ""
    ports = ports.strip()
    return _of_service(joined.replace(ports, "", 1), ports, by_protocol) if ports in joined else ports


def _of_service(name: str, ports: str, by_protocol: bool) -> str:
    """Ports of a service: what its name says of the protocol holds where they do not say it themselves."""
    if not re.fullmatch(PORTS, ports) or not other_protocols(name)[0]:
        return ports
    said = protocols_said(name)
    if not said or said == ["tcp"]:
        return ports if by_protocol else with_protocols(ports, ["udp"])
    return with_protocols(ports, said)


@lru_cache(maxsize=4096)
def _piece(piece: str, by_protocol: bool) -> ServicesSaid:
    """One of a list. What is not understood here stays as it is: the grammar says what is wrong with it."""
    if _NUMBER.fullmatch(piece):
        return ServicesSaid(piece)
    if is_other_service(piece):
        what = f"all of {piece.lower()}" if is_tcp(piece) else f"service {shown(piece)}"
        return ServicesSaid("", (what,))
    if plain := _as_one(piece, by_protocol):
        return ServicesSaid(plain)
    match = _WITH_PROTOCOL.fullmatch(piece)
    if match and (said := _with_protocol(piece, match)):
        return said
    if plain := _of_protocols(piece):
        return ServicesSaid(plain)
    words = spelled_ports(_JOINED.sub(lambda match: f"{match[1].lower()}/", piece)).split()
    return _beside(piece, words, by_protocol)


def _of_protocols(piece: str) -> str:
    """The only number of a piece with its protocols, wherever they stand: `SIP 5060 udp`, `DNS/UDP 53`; empty where it
    may be another's than the service that is named."""
    numbers, said = _ONLY.findall(piece), protocols_said(piece)
    if len(numbers) != 1 or not said or not _PORTLESS.isdisjoint(said):
        return ""
    port = "".join(numbers[0].split()).replace("\u2013", "-")
    names = [word for word in _WORDS.findall(piece.replace("_", " ")) if word.lower() not in said]
    known = [service_port(name) for name in names]
    if any(not _is_service(name) for name in names) or any(each and not _holds(port, each) for each in known):
        return ""
    return with_protocols(port, said)


def _with_protocol(piece: str, match: re.Match[str]) -> ServicesSaid | None:
    """A name with its protocols; None where it is TCP's and no service is called so, or has other protocols in it."""
    name, said = match["name"], protocols_said(match["said"]) or ["icmp"]
    if protocols_said(name) and not is_other_service(name):
        return None
    if "tcp" not in said or is_any(name):
        return ServicesSaid("", (f"service {shown(piece)}",))
    if service_port(piece) is not None or service_port(name) is None:
        return None
    others = tuple(f"the {other.upper()} part of service {shown(piece)}" for other in said if other != "tcp")
    return ServicesSaid(name, others)


def _beside(piece: str, words: Sequence[str], by_protocol: bool) -> ServicesSaid:
    """The words of a piece: names of services, numbers, and the signs between them."""
    bare = [stripped for word in words if word not in _SIGNS and (stripped := word.rstrip(":="))]
    signed = bare != list(words)
    numbers = [word for word in bare if _NUMBER.fullmatch(word)]
    names = [word for word in bare if word not in numbers]
    if len(words) > 1 and any(map(_claims_ports if numbers else _is_transport, names)):
        return ServicesSaid("", (), f"{shown(piece)} {MIXED}")
    if not numbers or not names or not all(map(_is_service, names)):
        if signed and len(words) > 1:
            return ServicesSaid("", (), f"{shown(piece)} {_STRAY}")
        return _each_alone(words, by_protocol)
    ports = [port for name in names if (port := service_port(name)) is not None]
    missing = [str(port) for port in ports if not any(_holds(number, port) for number in numbers)]
    if missing and (len(names) > 1 or not signed):
        alone, also = ", ".join(numbers), ", ".join(missing)
        told = f"may mean {alone} alone, or {also} too; write {alone}, or {also}, {alone}"
        return ServicesSaid("", (), f"{shown(piece)} {told}")
    if len(names) > 1 and any(map(is_udp_service, names)) and not by_protocol:
        return ServicesSaid("", (), f"{shown(piece)} {MIXED}")
    return ServicesSaid(_of_service(" ".join(names), ",".join(numbers), by_protocol))


def _claims_ports(word: str) -> bool:
    """Whether a word names a protocol whose ports may be those beside it: `DNS/UDP`."""
    return not _PORTLESS.issuperset(protocols_said(word))


def _each_alone(words: Sequence[str], by_protocol: bool) -> ServicesSaid:
    """Words that say nothing of each other."""
    udp = [] if by_protocol else [word for word in words if is_udp_service(word)]
    others = tuple(f"service {shown(word)}, which is UDP's," for word in udp)
    return ServicesSaid(" ".join(word for word in words if word not in udp), others)


def _is_service(word: str) -> bool:
    return is_udp_service(word) or service_port(word) is not None


def _holds(number: str, port: int) -> bool:
    """Whether a number, or a range, is of this port."""
    match = _NUMBER.fullmatch(number)
    return match is not None and int(match[1]) <= port <= int(match[2] or match[1])
