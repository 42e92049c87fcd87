"""Which list a scan is of: a digest of its targets and excludes, so that scans of one list are known again.

What counts is what gets a row: names of entries (they tell rows of one host apart), hosts, ports, excludes, the family,
and whether hosts that answer nothing are passed over. How it is probed (timeouts, rates), what is expected, tags and
reports may change from night to night: their scans are worth comparing all the same.

The order in which things are written does not matter, nor repetitions, nor how addresses in a row are split into hosts
and ranges. Names and single IPv6 addresses count as they are written, for so they stand in the rows.

A list may have 200,000 entries, or one entry as many hosts. So hosts with the same name and ports are one group, whose
text is made at once.
"""

import hashlib
from collections.abc import Iterable, Sequence

from scanner.targets.entry import Entry, Settings, settle_ports
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.space.line_ranges import Line, LineRanges, joined

#: Longer lists of ports stand for themselves by a digest: there may be 65,535 in each of 200,000 entries.
_LONGEST = 64
#: Hosts by their entry's name and ports, in words. An exclude has no name, which differs from an empty one.
_Groups = dict[tuple[str, str], list[Host]]


def list_digest(
    entries: Iterable[Entry], excludes: Iterable[Exclude], settings: Settings, *, discovery: bool = False
) -> str:
    """SHA-256 in hexadecimal of the list in its canonical form.

    Errors: TargetError for an entry without ports. Costs about 1.5 us for each entry, whatever its ports are.
    """
    groups: _Groups = {}
    texts: dict[int, str] = {}  # equal lists of many ports are one object, of which each entry has a reference
    for entry in entries:
        ports = entry.ports if entry.ports is not None else settle_ports(entry, settings)
        text = texts.get(id(ports))
        if text is None:
            text = texts[id(ports)] = _ports_text(ports)
        group = groups.get(key := (entry.name, text))
        if group is None:
            groups[key] = list(entry.hosts)
        else:
            group += entry.hosts
    left_out: _Groups = {}
    for exclude in excludes:
        text = "*" if exclude.ports is None else _ports_text(exclude.ports)
        left_out.setdefault(("", text), []).extend(exclude.hosts or (HostName("*"),))
    head = f"1 {settings.family} {discovery:d}"  # the number is that of this form
    whole = "\n".join((head, *_group_texts(groups), "", *_group_texts(left_out)))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _ports_text(ports: Sequence[int]) -> str:
    text = repr(sorted(set(ports)))
    return text if len(text) <= _LONGEST else hashlib.sha256(text.encode()).hexdigest()


def _group_texts(groups: _Groups) -> list[str]:
    """A line for each group, ascending."""
    return sorted([f"{name!r} {ports} {_hosts_text(hosts)}" for (name, ports), hosts in groups.items()])


def _hosts_text(hosts: list[Host]) -> str:
    """All hosts of a group, each once, ascending, ranges joined."""
    if len(hosts) == 1 and isinstance(hosts[0], HostName):
        return f"[{hosts[0].text!r}] []"  # what comes out below, for the most common kind of entry
    words: set[str] = set()
    lines: dict[Line, LineRanges] = {}
    for host in hosts:
        if isinstance(host, HostName):
            words.add(host.text)
        elif host.network or host.text:
            words.add(f"{host.family} {host.scope} {host.first} {host.last} {host.text}")
        else:
            lines.setdefault((host.family, host.scope), []).append((host.first, host.last))
    ranges = sorted([(line, joined(found)) for line, found in lines.items()])
    return f"{sorted(words)} {ranges}"
