"""What lies just outside the rules of a list: ports beside those that they allow, addresses beside their networks.

A rule that lets through more than it says is found there first. So each neighbour becomes a target expected `blocked`,
tagged `negative`, and named after its rule. A rule here is an entry that expects the way to be free: `open`,
`reachable`, `refused` (a reset has come back through the firewall), or nothing, which a scan takes for open.

1. Each rule: the port below and above each range of its ports, at its hosts (of a long list the ends), and the nearest
   address before and after each network and range, at the ends of its ports. A name and a single address have no such
   neighbours: what is beside them are hosts with rules of their own.
2. Less what the list names anyway, whatever it expects of it; what it excludes; what lies across the border of private
   networks (`address_spaces.py`); and what nobody can be asked at: port 0, unspecified, multicast and loopback
   addresses, and what is likely a network's own address or its broadcast (the next one is taken).
3. What lies beside several rules is named after the first, and has the tags of all.
4. What such a test cannot prove is told, with the number of rules it is about (`neighbour_notes.py`).

Pure: entries in, entries out.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from scanner.errors import TargetError
from scanner.targets.entry import Entry, Settings, expected_of
from scanner.targets.file.target_file import LeftOutItem
from scanner.targets.grammar.addresses import V4
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.spelled_hosts import spelled_host
from scanner.targets.space.excluder import Excluder, name_key
from scanner.targets.space.line_ranges import Line, LineRanges, joined
from scanner.targets.writing import neighbour_notes as notes
from scanner.targets.writing.address_spaces import is_elsewhere
from scanner.targets.writing.found_neighbours import Neighbour, entries_of
from scanner.targets.writing.neighbour_places import (
    address_at,
    addresses_beside,
    is_odd,
    port_ends,
    ports_beside,
    range_ends,
)
from scanner.words.builtin_values import SCAN

ABOUT = "Just outside what the rules above allow, expected to be blocked."
_ALLOWED = ("", "open", "reachable", "refused")
#: Nothing is expected where the list says nothing.
_NO_WORD = SCAN._replace(expect="")
#: Left out for a protocol that says nothing of TCP; of all else TCP may be a part.
_NOT_TCP = re.compile(r"\b(?:udp|sctp|icmp\w*|igmp|gre|esp|ah|ospf)\b", re.I)
#: Names of this host that every hosts file has (RFC 6761, 6.3): no firewall stands before it.
_OURS = re.compile(r"(?:.+\.)?localhost|localhost[46]?\.localdomain[46]?|localhost[46]|ip6-(?:localhost|loopback)")


class Beside(NamedTuple):
    """`entries` to be added to the list; `remarks`: what they do not prove, a line each."""

    entries: list[Entry]
    remarks: list[str]


def beside(
    entries: Sequence[Entry],
    excludes: Sequence[Exclude],
    ports: tuple[int, ...] | None,
    left_out: Sequence[LeftOutItem] = (),
) -> Beside:
    """The neighbours of all rules. `ports`: those of entries that name none, as the command line says. `left_out`: what
    the list has besides the entries.

    Errors: TargetError where so many long lists of ports overlap that nobody could wait for it.
    """
    search = _NeighbourSearch(entries, excludes, ports)
    for entry in entries:
        search.look_beside(entry)
        if search.left <= 0:
            search.notes.note(notes.ENOUGH, entry)
            break
    found = list(entries_of(search.found))
    hosts = [host for entry in entries for host in _asked(entry)]
    both = {isinstance(host, HostName) for host in hosts} == {False, True}
    unverifiable = [item.where for item in left_out if not _NOT_TCP.search(item.what)]
    return Beside(
        found, search.notes.remarks(added=bool(found), both=both and search.at_ports, unverifiable=unverifiable)
    )


class _HostPorts:
    """Hosts with their ports, as many as there may be: whether one is among them is a short question."""

    def __init__(self, items: Sequence[Exclude]) -> None:
        self._items = Excluder(list(items))  # which answers the same question, for whatever purpose

    def without(self, host: Host, ports: Sequence[int]) -> list[int]:
        """Those of the ports of this host that are not among them."""
        if isinstance(host, HostName):
            known = self._items.at_name(host.text)
        else:
            known = self._items.at_address((host.family, host.scope), host.first)
        if known is None:
            return []
        return [port for port in ports if port not in known and port not in self._items.everywhere]


class _NeighbourSearch:
    """Knows what the list names and excludes, what was found, and what is to be said of it. `left`: how many targets
    may still be added; `at_ports`: whether any was at a rule's own hosts."""

    def __init__(self, entries: Sequence[Entry], excludes: Sequence[Exclude], ports: tuple[int, ...] | None) -> None:
        self._typed = ports
        self._excluded = _HostPorts(excludes)
        self._named = self._naming(entries)
        #: By host and port.
        self.found: dict[tuple[str, int], Neighbour] = {}
        self.notes = notes.NeighbourNotes()
        self.left = notes.MOST_TARGETS
        self.at_ports = False

    def _naming(self, entries: Sequence[Entry]) -> _HostPorts:
        """Whom the list names."""
        hosts: dict[int, tuple[tuple[int, ...], list[Host]]] = {}
        for entry in entries:
            ports = self._ports(entry)
            hosts.setdefault(id(ports), (ports, []))[1].extend(entry.hosts)
        try:
            return _HostPorts([Exclude(tuple(found), ports) for ports, found in hosts.values()])
        except TargetError:
            told = "too many entries with long port lists overlap to find what is beside them; leave out --negative"
            raise TargetError(told) from None

    def _ports(self, entry: Entry) -> tuple[int, ...]:
        return entry.ports or self._typed or entry.defaults.ports or ()

    def look_beside(self, entry: Entry) -> None:
        """Finds what is added for one rule."""
        allowed = self._allowed(entry)
        if not allowed:
            return
        beside_them, ends = ports_beside(allowed), port_ends(allowed)
        if not beside_them:
            self.notes.note(notes.ALL, entry)
        if len(beside_them) > notes.MOST_PORTS or len(ends) > notes.MOST_PORTS:
            self.notes.note(notes.CUT, entry)
        names = [host for host in _asked(entry) if isinstance(host, HostName)]
        lines = _lines_of(entry)
        at_ports = self._take(entry, self._own_hosts(entry, names, lines), beside_them[: notes.MOST_PORTS], "port")
        beyond = self._hosts_beside(entry, lines)
        at_addresses = self._take(entry, beyond, ends[: notes.MOST_PORTS], "address")
        self.at_ports = self.at_ports or at_ports
        if at_ports and names:
            self.notes.note(notes.NAMES, entry)
        if at_ports and any(first == last for ranges in lines.values() for first, last in ranges):
            self.notes.note(notes.SINGLE, entry)
        if not at_ports and not at_addresses and self.left > 0:
            self.notes.note(notes.NOTHING, entry)

    def _allowed(self, entry: Entry) -> Sequence[int]:
        """The ports at which the rule expects the way to be free, from anywhere: what lies beside them is to be blocked
        from everywhere."""
        settings = [Settings(vantage=vantage, builtin=_NO_WORD) for vantage in ("", *_vantages_of(entry))]
        words = {expected_of(entry, each) for each in settings}
        if all(by_port is None for _, by_port in words):
            if all(word == "any" for word, _ in words):
                self.notes.note(notes.ANY, entry)
            return self._ports(entry) if any(word in _ALLOWED for word, _ in words) else ()
        return [
            port
            for port in self._ports(entry)
            if any(((by_port and by_port.at(port)) or word) in _ALLOWED for word, by_port in words)
        ]

    def _own_hosts(self, entry: Entry, names: Sequence[HostName], lines: dict[Line, LineRanges]) -> list[Host]:
        """Those at which the ports beside are asked: all names, and the ends of ranges."""
        found: list[Host] = list({name_key(host.text): host for host in names}.values())
        for line, ranges in lines.items():
            for span in ranges:
                numbers = range_ends(line, *span)
                if line[0] == V4 and any(is_odd(line, number) for number in numbers):
                    self.notes.note(notes.ODD, entry)
                found += [address_at(line, number) for number in numbers]
        if len(found) > notes.MOST_HOSTS:
            self.notes.note(notes.CUT, entry)
        return found[: notes.MOST_HOSTS]

    def _hosts_beside(self, entry: Entry, lines: dict[Line, LineRanges]) -> list[Host]:
        """The addresses beside the rule's networks and ranges."""
        found: list[Host] = []
        for line, ranges in lines.items():
            for first, last in ranges:
                for number in addresses_beside(line, first, last) if first < last else ():
                    if is_elsewhere(line, number, first, last):
                        self.notes.note(notes.ELSEWHERE, entry)
                    else:
                        found.append(address_at(line, number))
        return found[: notes.MOST_HOSTS]

    def _take(self, entry: Entry, hosts: Sequence[Host], ports: Sequence[int], what: str) -> bool:
        """Takes these ports of these hosts, less what is known. Returns whether any was left."""
        tags = entry.stated.tags if entry.stated.tags is not None else entry.defaults.stated.tags or ()
        taken = False
        for host in hosts:
            free = self._named.without(host, ports)
            if len(free) < len(ports):
                self.notes.note(notes.NAMED, entry)
            kept = self._excluded.without(host, free)
            if len(kept) < len(free):
                self.notes.note(notes.EXCLUDED, entry)
            key = name_key(spelled_host(host))
            for port in kept:
                if known := self.found.get((key, port)):
                    known.join(tags)
                elif self.left > 0:
                    self.found[key, port] = Neighbour(host, entry, what, tags)
                    self.left -= 1
                else:
                    continue
                taken = True
        return taken


def _vantages_of(entry: Entry) -> set[str]:
    """The vantages of which anything is said."""
    stated = (entry.stated.expect_from or (), entry.defaults.stated.expect_from or ())
    return {vantage for expect_from in stated for vantage, _ in expect_from}


def _asked(entry: Entry) -> list[Host]:
    """The hosts of a rule, but for the names of this host itself."""
    return [host for host in entry.hosts if not (isinstance(host, HostName) and _OURS.fullmatch(name_key(host.text)))]


def _lines_of(entry: Entry) -> dict[Line, LineRanges]:
    """The addresses of a rule, as ranges that do not touch."""
    lines: dict[Line, LineRanges] = {}
    for host in entry.hosts:
        if not isinstance(host, HostName):
            lines.setdefault((host.family, host.scope), []).append((host.first, host.last))
    return {line: joined(ranges) for line, ranges in lines.items()}
