"""Small entries, requests and plans for the tests of this folder."""

from collections.abc import Iterable

from scanner.model import Request
from scanner.targets.build import Built, build
from scanner.targets.entry import Entry, Settings
from scanner.targets.excluder import Excluder
from scanner.targets.grammar import parse_excludes
from scanner.targets.hosts import Host, parse_host
from scanner.targets.ports import parse_ports


def entry(hosts: str, ports: str = "80", **said: object) -> Entry:
    """An entry of hosts with spaces between them."""
    found: list[Host] = []
    for text in hosts.split():
        found += parse_host(text)
    made = Entry(tuple(found), parse_ports(ports))
    for name, value in said.items():
        setattr(made, name, value)
    return made


def excluder(*texts: str) -> Excluder:
    return Excluder([exclude for text in texts for exclude in parse_excludes(text)])


def built(
    entries: Iterable[Entry], *excludes: str, settings: Settings | None = None, ends: Iterable[int] = ()
) -> Built:
    return build(list(entries), excluder(*excludes), settings or Settings(), frozenset(ends))


def orders(requests: Iterable[Request]) -> list[int]:
    return [request.order for request in requests]
