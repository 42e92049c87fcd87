"""`need: N`, that many of an entry's targets are enough: what can be known of it before anything is probed.

Targets are counted as they are named, before excludes. A name may lead to any number of addresses, so an entry with
names may have more targets than it names; of those of which one address is enough, each counts once.
"""

from collections.abc import Iterable, Sequence

from scanner.errors import MOST_TOLD, TargetError
from scanner.targets.entry import Entry, Settings, expects_anything
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.single_values import MOST_NEEDED
from scanner.targets.space.line_ranges import Line, LineRanges, joined
from scanner.words.shown_text import many


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
