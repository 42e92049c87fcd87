"""The targets of a plan one by one, with what is expected of each: for whoever reads a dry run before the scan.

A list in another's format says little of what is expected; whether "deny" was understood is seen here, or never.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.model import Endpoint, Request
from scanner.targets.entry import Entry, Settings, expected_of
from scanner.targets.space.built import Built
from scanner.targets.space.port_turns import PortTurns, number_of_name
from scanner.targets.space.shuffled_walk import ShuffledWalk
from scanner.targets.space.target_space import Space


class PlannedTarget(NamedTuple):
    """A target: an address or a name, its port, and what is expected of it: `open`; `open, blocked` where entries
    differ; empty where nothing is."""

    host: str
    port: int
    expect: str


def planned_targets(
    built: Built, at_once: int, *, seed: int | None = None, discovery: bool = False
) -> Iterator[PlannedTarget]:
    """All of them in the order of probing, addresses before names, however many: `at_once` are made at a time. Names
    are in the order in which they are looked up; nobody knows when they will have their turn. `seed`: of their random
    order, if it is that. `discovery`: each host has the ports first that it is asked on first."""
    last: Endpoint | None = None
    expect = ""
    for endpoints in _endpoints(built.space.fresh(), at_once, seed, discovery):
        for each in endpoints:
            if last is None or each.requests is not last.requests or each.port != last.port:
                last, expect = each, _expected(each.requests, each.port)
            yield PlannedTarget(each.place.address, each.port, expect)
    names, turns = built.names, PortTurns(None if discovery else seed)
    for name in names.in_turn(seed):
        asked: dict[int, list[Request]] = {}
        for ports, request in names.asks(name):
            for port in ports:
                asked.setdefault(port, []).append(request)
        text, ports = names.text(name), names.ports(name)
        begins = turns.begins(number_of_name(name), len(ports))
        for at in turns.order(len(ports))[begins : begins + len(ports)]:
            yield PlannedTarget(text, ports[at], _expected(asked[ports[at]], ports[at]))


def _endpoints(space: Space, at_once: int, seed: int | None, discovery: bool) -> Iterator[list[Endpoint]]:
    if seed is None:
        yield from (space.take(start, at_once) for start in range(0, space.count, at_once))
        return
    walk = ShuffledWalk(space, seed, PortTurns() if discovery else None)
    while not walk.done:
        yield walk.take(at_once)


def rules_by_expectation(entries: Iterable[Entry], settings: Settings) -> Counter[str]:
    """How many entries expect what; `by port` are those that expect several things."""
    found = (expected_of(entry, settings) for entry in entries)
    return Counter(word if by_port is None else "by port" for word, by_port in found)


def _expected(requests: Iterable[Request], port: int) -> str:
    said = dict.fromkeys(request.at(port).expect for request in requests)
    return ", ".join(filter(None, said))
