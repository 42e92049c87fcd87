"""What lies just outside the rules of a list: ports beside those that they allow, addresses beside their networks.

A rule that lets through more than it says is found there first. So each neighbour becomes a target expected `blocked`,
tagged `negative`, and named after its rule. A rule here is an entry that expects the way to be free: `open`,
`reachable`, `refused` (a reset has come back through the firewall), or nothing, which a scan takes for open.

1. Each rule: the port below and above each range of its ports, at its hosts (of a long list the ends), and the nearest
   address before and after each network and range, at the ends of its ports. A name and a single address have no such
   neighbours: what is beside them are hosts with rules of their own.
2. Less what the list names anyway, whatever it expects of it; what it excludes; and what nobody can be asked at: port
   0, unspecified, multicast and loopback addresses, and IPv4 addresses that end in .0 or .255, most of which are
   networks and broadcasts (the next one is taken).
3. What such a test cannot prove is told, with the number of rules it is about (`remarks`).

Pure: entries in, entries out.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.errors import TargetError
from scanner.targets.entry import Entry
from scanner.targets.grammar.host_ports import Exclude, with_brackets
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.spelled_hosts import spelled_host, spelled_ports
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.line_ranges import Line, LineRanges, joined
from scanner.targets.writing.neighbour_places import (
    address_at,
    addresses_beside,
    port_ends,
    ports_beside,
    range_ends,
)
from scanner.targets.writing.provenance import place_of, places_in_short
from scanner.words.shown_text import many

TAG = "negative"
ABOUT = "Just outside what the rules above allow, expected to be blocked."
#: Of each rule, so many hosts are asked at the ports beside, and so many ports at the addresses beside.
_MOST_HOSTS, _MOST_PORTS = 50, 20
#: Of the whole list: each of them waits for an answer that should not come.
_MOST_TARGETS = 50_000
_ALLOWED = (None, "open", "reachable", "refused")
_LONGEST_NAME = 200
_NAMES = "hosts that have a name have no neighbouring address: only ports were added"
_SINGLE = "the addresses beside a single one are other hosts with rules of their own: only ports were added"
_ALL = "every port is allowed, so none is beside them: only addresses were added"
_CUT = f"of more than {_MOST_HOSTS} hosts or {_MOST_PORTS} ports only these were added"
_NAMED = "what the list itself names beside them was not added"
_EXCLUDED = "what the list excludes beside them was not added"
_ANY = "whoever expects any allows nothing for certain: nothing was added"
_ENOUGH = f"{_MOST_TARGETS:,} targets were added, which must do: nothing was added from here on"
_REFUSED = (
    "refused is not blocked: the packet came through, so the rule is wider than it says, or no firewall stands before "
    "that host at all"
)
_SILENT = (
    "where no host lives, nothing answers: an address beside a network proves something only if a host is known to be "
    "there"
)


class Beside(NamedTuple):
    """`entries` to be added to the list; `remarks`: what they do not prove, a line each."""

    entries: list[Entry]
    remarks: list[str]


def beside(entries: Sequence[Entry], excludes: Sequence[Exclude], ports: tuple[int, ...] | None) -> Beside:
    """The neighbours of all rules. `ports`: those of entries that name none, as the command line says.

    Errors: TargetError where so many long lists of ports overlap that nobody could wait for it.
    """
    search = _NeighbourSearch(entries, excludes, ports)
    found: list[Entry] = []
    for entry in entries:
        found += search.of(entry)
        if search.left <= 0:
            search.note(_ENOUGH, entry)
            break
    return Beside(found, search.remarks(found))


class _NeighbourSearch:
    """Knows what the list names and excludes, what was added, and what is to be said of it. `left`: how many targets
    may still be added."""

    def __init__(self, entries: Sequence[Entry], excludes: Sequence[Exclude], ports: tuple[int, ...] | None) -> None:
        self._typed = ports
        self._excluded = Excluder(list(excludes))
        self._named = self._naming(entries)
        self._added: set[tuple[str, int]] = set()
        self._notes: dict[str, dict[str, None]] = {}
        self.left = _MOST_TARGETS

    def _naming(self, entries: Sequence[Entry]) -> Excluder:
        """Whom the list names, as an excluder: it answers the same questions."""
        hosts: dict[int, tuple[tuple[int, ...], list[Host]]] = {}
        for entry in entries:
            ports = self._ports(entry)
            hosts.setdefault(id(ports), (ports, []))[1].extend(entry.hosts)
        try:
            return Excluder([Exclude(tuple(found), ports) for ports, found in hosts.values()])
        except TargetError:
            told = "too many entries with long port lists overlap to find what is beside them; leave out --negative"
            raise TargetError(told) from None

    def _ports(self, entry: Entry) -> tuple[int, ...]:
        return entry.ports or self._typed or entry.defaults.ports or ()

    def note(self, text: str, entry: Entry) -> None:
        """Takes down what is to be said of this rule."""
        self._notes.setdefault(text, {})[place_of(entry)] = None

    def remarks(self, found: Sequence[Entry]) -> list[str]:
        """What is to be said of all that was added."""
        lines = [_REFUSED, _SILENT] if found else []
        for text, places in self._notes.items():
            lines.append(f"{text} ({many(len(places), 'rule')}: {places_in_short(places)})")
        return lines

    def of(self, entry: Entry) -> Iterator[Entry]:
        """What is added for one rule."""
        allowed = self._allowed(entry)
        if not allowed:
            return
        beside_them = ports_beside(allowed)
        if not beside_them:
            self.note(_ALL, entry)
        if len(beside_them) > _MOST_PORTS or len(port_ends(allowed)) > _MOST_PORTS:
            self.note(_CUT, entry)
        yield from self._targets(entry, self._own_hosts(entry), beside_them[:_MOST_PORTS], "port")
        yield from self._targets(entry, self._hosts_beside(entry), port_ends(allowed)[:_MOST_PORTS], "address")

    def _allowed(self, entry: Entry) -> list[int]:
        """The ports at which the rule expects the way to be free."""
        otherwise = entry.stated.expect or entry.defaults.stated.expect
        if entry.by_port is None:
            if otherwise == "any":
                self.note(_ANY, entry)
            return list(self._ports(entry)) if otherwise in _ALLOWED else []
        return [port for port in self._ports(entry) if (entry.by_port.at(port) or otherwise) in _ALLOWED]

    def _own_hosts(self, entry: Entry) -> list[Host]:
        """Those at which the ports beside are asked: all names, and the ends of ranges."""
        found: list[Host] = list(
            {host.text.lower(): host for host in entry.hosts if isinstance(host, HostName)}.values()
        )
        for line, ranges in _lines_of(entry).items():
            found += [address_at(line, number) for span in ranges for number in range_ends(line, *span)]
        if len(found) > _MOST_HOSTS:
            self.note(_CUT, entry)
        return found[:_MOST_HOSTS]

    def _hosts_beside(self, entry: Entry) -> list[Host]:
        """The addresses beside the rule's networks and ranges."""
        if any(isinstance(host, HostName) for host in entry.hosts):
            self.note(_NAMES, entry)
        found: list[Host] = []
        single = False
        for line, ranges in _lines_of(entry).items():
            for first, last in ranges:
                single = single or first == last
                if first < last:
                    found += [address_at(line, number) for number in addresses_beside(line, first, last)]
        if single:
            self.note(_SINGLE, entry)
        return found[:_MOST_HOSTS]

    def _targets(self, entry: Entry, hosts: Sequence[Host], ports: Sequence[int], what: str) -> Iterator[Entry]:
        """These ports of these hosts, less what is known; hosts of which the same ports are left are one entry."""
        found: dict[tuple[int, ...], list[Host]] = {}
        for host in hosts:
            if left := self._new(entry, host, ports):
                found.setdefault(left, []).append(host)
        tags = entry.stated.tags if entry.stated.tags is not None else entry.defaults.stated.tags or ()
        stated = entry.stated._replace(expect="blocked", tags=(*(tag for tag in tags if tag != TAG), TAG))
        for left, some in found.items():
            yield Entry(
                tuple(some), left, stated, name=f"{what} beside {_name(entry, self._ports(entry))}",
                label=entry.label, line=entry.line, column=entry.column, defaults=entry.defaults,
            )  # fmt: skip

    def _new(self, entry: Entry, host: Host, ports: Sequence[int]) -> tuple[int, ...]:
        """Those of the ports that nothing is known of at this host; each is added once."""
        named, excluded = _answer(self._named, host), _answer(self._excluded, host)
        free = [port for port in ports if named is not None and port not in named]
        if len(free) < len(ports):
            self.note(_NAMED, entry)
        out = self._excluded.everywhere
        kept = [port for port in free if excluded is not None and port not in excluded and port not in out]
        if len(kept) < len(free):
            self.note(_EXCLUDED, entry)
        key = spelled_host(host).lower()
        new = tuple([port for port in kept if (key, port) not in self._added])[: max(0, self.left)]
        self._added.update((key, port) for port in new)
        self.left -= len(new)
        return new


def _answer(excluder: Excluder, host: Host) -> frozenset[int] | None:
    if isinstance(host, HostName):
        return excluder.at_name(host.text)
    return excluder.at_address((host.family, host.scope), host.first)


def _lines_of(entry: Entry) -> dict[Line, LineRanges]:
    """The addresses of a rule, as ranges that do not touch."""
    lines: dict[Line, LineRanges] = {}
    for host in entry.hosts:
        if not isinstance(host, HostName):
            lines.setdefault((host.family, host.scope), []).append((host.first, host.last))
    return {line: joined(ranges) for line, ranges in lines.items()}


def _name(entry: Entry, ports: Sequence[int]) -> str:
    """What the rule is called, or else what it is for."""
    return (entry.name or f"{with_brackets(spelled_host(entry.hosts[0]))}:{','.join(spelled_ports(ports))}")[
        :_LONGEST_NAME
    ]
