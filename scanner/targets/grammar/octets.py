"""Lists of octets, as nmap has them (nmap's reference guide, "Target Specification"): `10.0.0.1-5,7`, `10.0-3.*.1`.

They are not our grammar: here a comma stands between hosts, and none may be read as ports or as half of a host. So they
are recognised where something is wrong, and said in our own words. nmap's open ends (`10.0.0.-`) are not among them:
half a range is more likely a slip.
"""

import re
from itertools import product
from math import prod
from typing import NamedTuple

from scanner.targets.grammar.bracket_ranges import MOST_BRACKETED

_NUMBER = "(?:0|[1-9][0-9]{0,2})"
_ITEM = rf"(?:\*|{_NUMBER}(?:-{_NUMBER})?)"
_OCTET = rf"{_ITEM}(?:,{_ITEM})*+"
_OCTETS = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_OURS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9]+)?")
_LONGEST = 200
#: More hosts than these are better written by who has the list at hand.
_MOST_WORDS = 9


class OctetList(NamedTuple):
    """`words`: the same hosts as our grammar writes them, none where there would be many. `host` and `ports`: what it
    may have meant instead, a host with ports behind a comma; both empty where it cannot."""

    words: list[str]
    host: str
    ports: str


class _Octet(NamedTuple):
    low: int
    high: int


def octet_list(text: str) -> OctetList | None:
    """What a list of octets names; None for anything else, what our grammar takes among it."""
    if len(text) > _LONGEST or not _OCTETS.fullmatch(text) or _OURS.fullmatch(text):
        return None
    octets = [[_octet(item) for item in part.split(",")] for part in text.split(".")]
    if any(low > high or high > 255 for octet in octets for low, high in octet):
        return None
    words = [_word(each) for each in product(*octets)] if prod(map(len, octets)) <= _MOST_WORDS else []
    host, _, ports = text.partition(",")
    if not _OURS.fullmatch(host) or "*" in ports:
        host = ports = ""
    return OctetList(words if all(words) else [], host, ports)


def _octet(item: str) -> _Octet:
    low, _, high = item.partition("-")
    return _Octet(0, 255) if item == "*" else _Octet(int(low), int(high or low))


def _word(octets: tuple[_Octet, ...]) -> str:
    """A network, a range or a pattern; empty where that would be too many patterns."""
    spread = next((at for at, each in enumerate(octets) if each.low < each.high), 4)
    first, last = (".".join(str(each[end]) for each in octets) for end in (0, 1))
    if all(each == (0, 255) for each in octets[spread + 1 :]):
        if spread == 4:
            return first
        if octets[spread] == (0, 255):
            return f"{first}/{8 * spread}"
        return f"{first}-{octets[3].high}" if spread == 3 else f"{first}-{last}"
    if prod(each.high - each.low + 1 for each in octets) > MOST_BRACKETED:
        return ""
    return ".".join(str(each.low) if each.low == each.high else f"[{each.low}-{each.high}]" for each in octets)
