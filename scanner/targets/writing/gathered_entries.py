"""Which entries are one: those that share everything but their hosts, gathered where the first of them stands.

An entry that says nothing but HOST:PORTS stays a line of its own. No target is lost or doubled: an entry with a host
that its group has already (each of both has a row for it) begins another one. And nothing is joined whose sum would be
another list to `list_digest.py`: ports stay as they were named together.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from scanner.targets.entry import NOTHING_STATED, Entry, StatedSettings
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.spelled_hosts import spelled_ports
from scanner.targets.space.line_ranges import Line

#: A longer list of hosts goes on in another entry.
_MOST_HOSTS = 10_000
#: Name, ports, settings, and what is expected by port.
_Likeness = tuple[str, str, StatedSettings, object]


class GatheredEntry:
    """What becomes one entry of the file: `entries`, alike but for their hosts. `ports`: the items of the port list."""

    def __init__(self, first: Entry, ports: Sequence[str]) -> None:
        self.entries = [first]
        self.ports = ports

    def join(self, entry: Entry) -> None:
        """Takes another one."""
        self.entries.append(entry)

    @property
    def first(self) -> Entry:
        """One of them, to ask for what they share."""
        return self.entries[0]


class _HostSet:
    """The hosts of a group: names, and ranges of addresses that do not meet."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._lines: dict[Line, list[tuple[int, int]]] = {}
        self.count = 0

    def take(self, hosts: Sequence[Host]) -> bool:
        """Takes them; False where one is among them twice, or overlaps another, so that no more can be taken."""
        self.count += len(hosts)
        taken = [self._take(host) for host in hosts]
        return all(taken)

    def meets(self, hosts: Iterable[Host]) -> bool:
        """Whether any of them is there already."""
        return any(map(self._has, hosts))

    def _has(self, host: Host) -> bool:
        if isinstance(host, HostName):
            return host.text.lower() in self._names
        ranges = self._lines.get((host.family, host.scope), [])
        at = bisect_left(ranges, (host.first, host.first))
        return (at < len(ranges) and ranges[at][0] <= host.last) or (at > 0 and ranges[at - 1][1] >= host.first)

    def _take(self, host: Host) -> bool:
        if self._has(host):
            return False
        if isinstance(host, HostName):
            self._names.add(host.text.lower())
        else:
            insort(self._lines.setdefault((host.family, host.scope), []), (host.first, host.last))
        return True


def gathered(entries: Iterable[Entry]) -> list[GatheredEntry]:
    """The entries of one part of a list, gathered."""
    found: list[GatheredEntry] = []
    groups: dict[_Likeness, tuple[GatheredEntry, _HostSet]] = {}
    spelled: dict[int, tuple[tuple[int, ...], list[str]]] = {}  # by the list's identity, which is kept alive here
    for entry in entries:
        ports: list[str] = []
        if entry.ports is not None:
            ports = spelled.setdefault(id(entry.ports), (entry.ports, []))[1] or spelled_ports(entry.ports)
            spelled[id(entry.ports)] = entry.ports, ports
        if says_nothing_else(entry) or entry.need is not None:  # which counts its own targets
            found.append(GatheredEntry(entry, ports))
            continue
        likeness = (entry.name, ",".join(ports), entry.stated, entry.by_port)
        group, hosts = groups.get(likeness) or (None, _HostSet())
        if group is None or hosts.count + len(entry.hosts) > _MOST_HOSTS or hosts.meets(entry.hosts):
            group, hosts = GatheredEntry(entry, ports), _HostSet()
            groups[likeness] = group, hosts
            found.append(group)
        else:
            group.join(entry)
        if not hosts.take(entry.hosts):
            del groups[likeness]
    return found


def says_nothing_else(entry: Entry) -> bool:
    """Whether HOST:PORTS is all that it says."""
    said = entry.name or entry.by_port or entry.need
    return not said and entry.stated == NOTHING_STATED
