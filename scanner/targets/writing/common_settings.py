"""What several files' entries have in common, taken out of them: the `defaults` of the list that is written.

Of a single file its own defaults stay what they were: they give way to the command line, as they did. Of several, each
with its own, they are put into the entries first. Then what most entries state, and all state in some way, becomes a
default: an entry that states nothing must not get what it never asked for.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from scanner.model import ExpectFrom, PortExpectations
from scanner.targets.entry import NOTHING_STATED, Defaults, Entry, StatedSettings

#: Tags replace those of the defaults as a whole, so they are shared by all entries, or they are no default.
_SHARED_BY_ALL = "tags"


class FileEntries(NamedTuple):
    """The entries of one part of a list. `title`: what a comment above them says, or empty. `have_a_say`: in what
    becomes a default; those that were made of others have none."""

    title: str
    entries: Sequence[Entry]
    have_a_say: bool = True


class SharedSettings(NamedTuple):
    """`defaults` of the list, and the entries as they stand with these, ports None where those of the defaults hold."""

    defaults: Defaults
    parts: list[FileEntries]


def settled_alike(parts: Sequence[FileEntries], ports: tuple[int, ...] | None) -> SharedSettings:
    """Takes out what the entries share. `ports`: those of entries that name none, as the command line says."""
    entries = [entry for part in parts for entry in part.entries]
    origins = list({id(entry.defaults): entry.defaults for entry in entries}.values())
    kept = origins[0] if len(origins) == 1 else Defaults()
    own = {id(entry): _own(entry, kept) for entry in entries}
    voters = [own[id(entry)] for part in parts if part.have_a_say for entry in part.entries]
    stated = _defaults(voters, kept.stated)
    portless = any(entry.ports is None for entry in entries)
    shared = Defaults(stated, ports if ports and portless else _default_ports(entries, origins))
    known: dict[StatedSettings, StatedSettings] = {}

    def left(entry: Entry) -> Entry:
        mine = own[id(entry)]
        found = known.get(mine)
        if found is None:
            found = known[mine] = _without(mine, stated, kept.stated)
        own_ports = entry.ports or (None if shared.ports else entry.defaults.ports)
        return Entry(
            entry.hosts, own_ports, found, name=entry.name, label=entry.label, line=entry.line, column=entry.column,
            defaults=shared, by_port=entry.by_port, need=entry.need,
        )  # fmt: skip

    return SharedSettings(shared, [part._replace(entries=list(map(left, part.entries))) for part in parts])


def _own(entry: Entry, kept: Defaults) -> StatedSettings:
    """What the entry states, and what its file's defaults state for it where these are not kept."""
    if entry.defaults is kept or entry.defaults.stated == NOTHING_STATED:
        return entry.stated
    pairs = zip(entry.stated, entry.defaults.stated, strict=True)
    stated = StatedSettings._make(default if own is None else own for own, default in pairs)
    return stated._replace(expect_from=_own_from(entry))


def _own_from(entry: Entry) -> ExpectFrom | None:
    """What the entry, and its file's defaults for it, state of vantages. What defaults state of a vantage gives way to
    whatever the entry expects from everywhere; what the entry itself states of it does not."""
    own, default = dict(entry.stated.expect_from or ()), entry.defaults.stated.expect_from
    if entry.stated.expect is None:
        for vantage, word in default or ():
            said = own.get(vantage)
            if isinstance(said, str):
                continue
            by_port = entry.by_port if said is None else said.over(entry.by_port)
            own[vantage] = word if by_port is None else by_port.over(PortExpectations([(1, 65_535, str(word))]))
    return tuple(own.items()) or None


def _defaults(own: Sequence[StatedSettings], kept: StatedSettings) -> StatedSettings:
    """The defaults: those that are kept, and what most of the entries state."""
    found: dict[str, Any] = {}
    for at, name in enumerate(StatedSettings._fields):
        if kept[at] is not None:
            found[name] = kept[at]
        elif name == "expect_from" or (name == "expect" and kept.expect_from is not None):
            continue  # as defaults, what is expected from a vantage and what from everywhere would change places
        elif (value := _commonest(each[at] for each in own)) is not None:
            found[name] = value
    tags = found.get(_SHARED_BY_ALL)
    if kept.tags is None and tags is not None and any(each.tags != tags for each in own):
        del found[_SHARED_BY_ALL]
    return StatedSettings(**found)


def _commonest(values: Iterable[Any]) -> Any:
    """What more than half of several say, where all say something; else None."""
    counts = Counter(values)
    total = counts.total()
    if total < 2 or None in counts:
        return None
    value, count = counts.most_common(1)[0]
    return value if 2 * count > total else None


def _without(own: StatedSettings, stated: StatedSettings, kept: StatedSettings) -> StatedSettings:
    """What an entry has to say for itself; of what was a default before, it says what it said."""
    triples = zip(own, stated, kept, strict=True)
    return StatedSettings._make(
        None if mine == default and before is None else mine for mine, default, before in triples
    )


def _default_ports(entries: Sequence[Entry], origins: Sequence[Defaults]) -> tuple[int, ...] | None:
    """The ports of those that name none, where all of these have the same."""
    if len(origins) == 1:
        return origins[0].ports
    wanted = {entry.defaults.ports for entry in entries if entry.ports is None}
    return wanted.pop() if len(wanted) == 1 else None
