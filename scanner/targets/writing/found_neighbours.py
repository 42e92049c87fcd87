"""Targets beside rules, as the entries that a list gets for them.

They are found one by one, since one port of one host may lie beside several rules. A person reads them rule by rule: so
hosts of which the same ports lie beside a rule become one entry, with the name and the settings of that rule.
"""

from collections.abc import Iterator, Mapping

from scanner.targets.entry import Entry
from scanner.targets.grammar.host_ports import with_brackets
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.spelled_hosts import spelled_host, spelled_ports

TAG = "negative"
_LONGEST_NAME = 200


class Neighbour:
    """One target beside rules: `entry` is the first of them, `what` lies beside it (`port` or `address`), `tags` are
    those of all."""

    __slots__ = ("entry", "host", "tags", "what")

    def __init__(self, host: Host, entry: Entry, what: str, tags: tuple[str, ...]) -> None:
        self.host = host
        self.entry = entry
        self.what = what
        self.tags = tags

    def join(self, tags: tuple[str, ...]) -> None:
        """Takes the tags of another rule that it lies beside."""
        if tags != self.tags:
            self.tags = tuple(dict.fromkeys((*self.tags, *tags)))


def entries_of(found: Mapping[tuple[str, int], Neighbour]) -> Iterator[Entry]:
    """The entries for these neighbours, which are known by host and port."""
    by_host: dict[tuple[int, str, tuple[str, ...], str], tuple[Neighbour, list[int]]] = {}
    for (key, port), each in found.items():
        by_host.setdefault((id(each.entry), each.what, each.tags, key), (each, []))[1].append(port)
    groups: dict[tuple[int, str, tuple[str, ...], tuple[int, ...]], list[Neighbour]] = {}
    for (rule, what, tags, _), (each, ports) in by_host.items():
        groups.setdefault((rule, what, tags, tuple(ports)), []).append(each)
    for (_, what, tags, found_ports), some in groups.items():
        entry = some[0].entry
        stated = entry.stated._replace(
            expect="blocked",
            # One open address is one too many.
            addresses="all" if entry.one_address else entry.stated.addresses,
            tags=(*(tag for tag in tags if tag != TAG), TAG),
        )
        yield Entry(
            tuple(each.host for each in some), found_ports, stated, name=f"{what} beside {_name(entry)}",
            label=entry.label, line=entry.line, column=entry.column, defaults=entry.defaults,
        )  # fmt: skip


def _name(entry: Entry) -> str:
    """What the rule is called, or else what it is for."""
    told = f":{','.join(spelled_ports(entry.ports))}" if entry.ports else ""
    return (entry.name or f"{with_brackets(spelled_host(entry.hosts[0]))}{told}")[:_LONGEST_NAME]
