"""The targets of a plan one by one, with what is expected of each: for whoever reads a dry run before the scan.

A list in another's format says little of what is expected; whether "deny" was understood is seen here, or never.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.model import Request
from scanner.targets.entry import Entry, Settings, expected_of
from scanner.targets.space.built import Built


class PlannedTarget(NamedTuple):
    """A target: an address or a name, its port, and what is expected of it: `open`; `open, blocked` where entries
    differ; empty where nothing is."""

    host: str
    port: int
    expect: str


def planned_targets(built: Built, at_once: int) -> Iterator[PlannedTarget]:
    """All of them in the order of probing, addresses before names, however many: `at_once` are made at a time."""
    space = built.space.fresh()
    for start in range(0, space.count, at_once):
        for each in space.take(start, at_once):
            yield PlannedTarget(each.place.address, each.port, _expected(each.requests, each.port))
    names = built.names
    for name in names:
        asked: dict[int, list[Request]] = {}
        for ports, request in names.asks(name):
            for port in ports:
                asked.setdefault(port, []).append(request)
        text = names.text(name)
        yield from (PlannedTarget(text, port, _expected(asked[port], port)) for port in names.ports(name))


def rules_by_expectation(entries: Iterable[Entry], settings: Settings) -> Counter[str]:
    """How many entries expect what; `by port` are those that expect several things."""
    found = (expected_of(entry, settings) for entry in entries)
    return Counter(word if by_port is None else "by port" for word, by_port in found)


def _expected(requests: Iterable[Request], port: int) -> str:
    said = dict.fromkeys(request.at(port).expect for request in requests)
    return ", ".join(filter(None, said))
