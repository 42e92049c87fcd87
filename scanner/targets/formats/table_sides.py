"""Columns whose heads say the same of the source and of the destination: `Quelle;Port;Ziel;Port`. Pure.

People write such tables side by side: what follows the source's column is the source's, up to the destination's, and
what follows that is the destination's. Only the place tells the two apart, and taking one for the other would probe the
source, or its ports. So where the place does not tell, the heads are a mistake.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from scanner.words.shown_text import shown

SOURCE, DESTINATION = "source", "destination"
_SOURCE = re.compile(r"source|src|quell|client|sender|absender|(?:from|von)\Z")
#: Ports of both sides may be headed differently (`Port`, `Ports`); of the others the very same word stands twice.
_PORTS = ("port", "from_port", "to_port")
_WORDS = ("host", "service", "protocol")
#: The roles that a column of either side may have.
OF_ONE_SIDE = (*_PORTS, *_WORDS)
#: What decides whom a rule is about, and how it ends.
_DECIDING = (*OF_ONE_SIDE, "expect")


class SidedColumns(NamedTuple):
    """Columns that are the destination's (`ours`) or the source's (`theirs`) by their place, whatever their heads."""

    ours: frozenset[int]
    theirs: frozenset[int]


class DoubtfulHead(NamedTuple):
    """A column whose meaning cannot be told, and what is to be said of it."""

    at: int
    told: str


def side_said(head: str) -> str:
    """Whose column one with this plain head is, where it is the source's; else empty."""
    return SOURCE if _SOURCE.match(head) else ""


def sides_of(plain: Sequence[str], destinations: Collection[int]) -> list[str]:
    """The side that each of these plain heads is on; empty before the first that says it. `destinations`: the columns
    that are the destination's by their own heads."""
    found: list[str] = []
    side = ""
    for at, head in enumerate(plain):
        side = DESTINATION if at in destinations else side_said(head) or side
        found.append(side)
    return found


def parted(
    found: Mapping[str, Sequence[tuple[int, int]]], sides: Sequence[str], *, grouped: bool = False
) -> SidedColumns:
    """Of the columns found (by role, with their ranks) those that stand on both sides, each told whose it is.
    `grouped`: a head above says the side, so hosts and ports of one side alone are told as well."""
    ours: set[int] = set()
    theirs: set[int] = set()
    for role in OF_ONE_SIDE:
        alike: dict[int, list[int]] = {}
        for rank, at in found.get(role, ()):
            alike.setdefault(0 if role in _PORTS else rank, []).append(at)
        for places in alike.values():
            there = {at for at in places if sides[at] == SOURCE}
            here = {at for at in places if sides[at] == DESTINATION}
            if (there and here) or (grouped and role not in ("service", "protocol")):
                theirs |= there
                ours |= here
    return SidedColumns(frozenset(ours), frozenset(theirs))


def doubtful_head(
    heads: Sequence[str], plain: Sequence[str], places: Mapping[str, Sequence[int]], sides: Sequence[str]
) -> DoubtfulHead | None:
    """The first head of which nobody can tell what it is: one that stands twice, or a port that may be the source's."""
    for role in _DECIDING:
        first: dict[str, int] = {}
        for at in sorted(places.get(role, ())):
            if (before := first.setdefault(plain[at], at)) != at:
                told = f"columns {before + 1} and {at + 1} are both called {shown(heads[at])}; rename the one that is "
                what = (
                    "not meant" if role == "expect" else f"not the destination's, such as {_named('Source', heads[at])}"
                )
                return DoubtfulHead(at, told + what)
    port, service = places.get("port", ()), places.get("service", ())
    if len(port) == len(service) == 1:
        at, other = port[0], service[0]
        if _follows(at, SOURCE, sides, places) and _follows(other, DESTINATION, sides, places):
            told = (
                f"{shown(heads[at])} follows the source, and {shown(heads[other])} the destination; call the first "
                f"{_named('Source', heads[at])} or {_named('Destination', heads[at])}, whichever it is"
            )
            return DoubtfulHead(at, told)
    return None


def _follows(at: int, side: str, sides: Sequence[str], places: Mapping[str, Sequence[int]]) -> bool:
    """Whether a column stands right behind the addresses of a side."""
    return sides[at] == side and at - 1 in places.get("source" if side == SOURCE else "host", ())


def _named(side: str, head: str) -> str:
    return shown(f"{side} {head}")
