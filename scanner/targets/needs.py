"""`need: N`, that many of an entry's targets are enough: what can be known of it before anything is probed.

What is a mistake is counted as it is named, before excludes; that excludes, -4 or -6 leave too little is worth a
warning. A name may lead to any number of addresses, so an entry with names may have more targets than it names; of
those of which one address is enough, each counts once. What excluded names stand for is not known beforehand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from scanner.errors import MOST_TOLD, TargetError
from scanner.model import Need
from scanner.targets.entry import Entry, Settings, expects_anything, settle_ports
from scanner.targets.grammar.addresses import V4
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.single_values import MOST_NEEDED
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.line_ranges import Line, LineRanges, joined
from scanner.targets.space.unprobed import Unprobed
from scanner.words.shown_text import many

#: So many addresses are looked at to find entries of which too little is left: a second's work.
_MOST_LOOKED = 1_000_000


def need_problem(entry: Entry, ports: Sequence[int]) -> str:
    """What is wrong with what an entry needs, where these are its ports, with what to write instead; else empty."""
    if entry.need is None:
        return ""
    names = {host.text.lower() for host in entry.hosts if isinstance(host, HostName)}
    targets = (len(names) + _addresses(entry)) * len(ports)
    if targets > MOST_NEEDED:
        return (
            f"the target has {targets:,} addresses and ports, of which it needs {entry.need.count:,}; with need there "
            f"may be at most {MOST_NEEDED:,}: write fewer hosts or ports, or leave need out"
        )
    if entry.need.count <= targets or (names and not entry.one_address):
        return ""
    most = f"{targets:,} or less" if targets > 1 else "1"
    come_to = many(targets, "target")
    return f"need is {entry.need.count:,}, but hosts and ports come to {come_to}; write {most}, or name more hosts"


def _addresses(entry: Entry) -> int:
    """How many different addresses the entry names, without its names."""
    lines: dict[Line, LineRanges] = {}
    for host in entry.hosts:
        if not isinstance(host, HostName):
            lines.setdefault((host.family, host.scope), []).append((host.first, host.last))
    return sum(last - first + 1 for ranges in lines.values() for first, last in joined(ranges))


def check_typed_ports(entries: Iterable[Entry], settings: Settings) -> list[str]:
    """What is wrong with the needs of entries whose ports the command line names: their file does not know them."""
    if settings.ports is None:
        return []
    found = [(entry, need_problem(entry, settings.ports)) for entry in entries if entry.need and entry.ports is None]
    return [f"{entry.where}: {text}" for entry, text in found if text][:MOST_TOLD]


def check_expecting(entries: Iterable[Entry], settings: Settings) -> None:
    """Raise TargetError for entries that need some of their targets as expected where nothing is expected of them."""
    found = [entry for entry in entries if entry.need is not None and not expects_anything(entry, settings)]
    if found:
        text = "need counts what is as expected, and nothing is expected here; write expect, or leave need out"
        raise TargetError(*(f"{entry.where}: {text}" for entry in found[:MOST_TOLD]))


def left_too_few(entries: Iterable[Entry], excluder: Excluder, settings: Settings) -> list[str]:
    """What to say about entries of numeric hosts that have fewer targets left than they need, whatever these answer:
    a line each, the first of them."""
    needing: dict[Need, list[Entry]] = {}
    for entry in entries:
        if entry.need is not None:
            needing.setdefault(entry.need, []).append(entry)
    looked = _MOST_LOOKED
    said = []
    for need, of_need in needing.items():
        if any(isinstance(host, HostName) for entry in of_need for host in entry.hosts):
            continue
        left = 0
        for entry in of_need:
            ports = frozenset(settle_ports(entry, settings)) - excluder.everywhere
            for left_out in islice(_left(entry, excluder, settings), looked):
                looked -= 1
                left += len(ports - left_out) if left_out else len(ports)
                if left >= need.count:
                    break
        if looked and left < need.count:
            is_left = "1 is" if left == 1 else f"{left:,} are" if left else "none is"
            said.append(f"{need.label} needs {many(need.count, 'target')}, and {is_left} left (excludes, -4, -6)")
            if len(said) == MOST_TOLD:
                break
    return said


def _left(entry: Entry, excluder: Excluder, settings: Settings) -> Iterator[frozenset[int]]:
    """Of each address that is left of the entry's, the ports that are not."""
    unprobed = Unprobed()
    lines: dict[Line, LineRanges] = {}
    for host in entry.hosts:
        if not isinstance(host, HostName) and settings.family in (0, 4 if host.family == V4 else 6):
            lines.setdefault((host.family, host.scope), []).extend(unprobed.left(host))
    for line, ranges in lines.items():
        for first, last in joined(ranges):
            for number in range(first, last + 1):
                left_out = excluder.at_address(line, number)
                if left_out is not None:
                    yield left_out


def told_needs(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The needs of a list as reports tell of them, so that what is scanned in parts can be judged as a whole.

    `name` is None where rows do not tell whose they are: the entry has no name, or one that others have as well.
    """
    needing: dict[Need, list[Entry]] = {}
    for entry in entries:
        if entry.need is not None:
            needing.setdefault(entry.need, []).append(entry)
    if not needing:
        return []
    asked: dict[str, set[Need | None]] = {}
    for entry in entries:
        asked.setdefault(entry.name, set()).add(entry.need)
    return [
        {
            "label": need.label,
            "name": _own_name(of_need, asked),
            "count": need.count,
            "addresses": "one" if of_need[0].one_address else "all",
        }
        for need, of_need in needing.items()
    ]


def _own_name(of_need: Sequence[Entry], asked: Mapping[str, set[Need | None]]) -> str | None:
    """The name that the entries of a need have, all of them in one way, and no other entry has."""
    first = of_need[0]
    alike = all((entry.name, entry.one_address) == (first.name, first.one_address) for entry in of_need)
    return first.name if first.name and alike and len(asked[first.name]) == 1 else None
