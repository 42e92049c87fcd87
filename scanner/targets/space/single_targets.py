"""Single targets for users of the library: made from a plan's entries, and turned back into entries.

A target that came from a file remembers its entry and the file's excludes. So a user may pick some targets and scan
those: the file's defaults still give way to what the call says, its excludes still hold, and of an entry that needs
some of its targets those are counted together.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from scanner.errors import MOST_TOLD, TargetError, UsageError
from scanner.model import Target
from scanner.targets.entry import Entry, Settings, StatedSettings, settle_ports
from scanner.targets.grammar.addresses import address_text, scope_name
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.single_values import MOST_RETRIES, check_duration, parse_addresses, parse_expect
from scanner.targets.grammar.typed_words import library_host, present_folder
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.line_ranges import Line, LineRanges, joined
from scanner.targets.space.parts import WHOLE, ListPart, Share
from scanner.targets.space.unprobed import Unprobed
from scanner.words.caller_numbers import is_number, is_whole
from scanner.words.shown_text import shown


class FileTarget(Target):
    """A target of a plan. Its settings are those in the file; what nobody changes keeps its precedence."""

    __slots__ = ("entry", "excludes")

    def __init__(self, host: str, port: int, entry: Entry, excludes: Sequence[Exclude]) -> None:
        own, file = entry.stated, entry.defaults.stated
        super().__init__(
            host,
            port,
            name=entry.name,
            expect=_own_expect(entry, port) or file.expect or "",
            tags=(own.tags if own.tags is not None else file.tags) or (),
            timeout=own.timeout if own.timeout is not None else file.timeout,
            retries=own.retries if own.retries is not None else file.retries,
            addresses=own.addresses or file.addresses or "all",
            expect_from=_default_from(entry, port) | _own_from(entry, port),
        )
        self.entry = entry
        self.excludes = excludes


def _own_expect(entry: Entry, port: int) -> str | None:
    """What the entry itself says is expected of a port."""
    return (entry.by_port and entry.by_port.at(port)) or entry.stated.expect


def _own_from(entry: Entry, port: int) -> dict[str, str]:
    """The same for the vantages of which it says more."""
    pairs = ((vantage, said if isinstance(said, str) else said.at(port))
             for vantage, said in entry.stated.expect_from or ())  # fmt: skip
    return {vantage: word for vantage, word in pairs if word}


def _default_from(entry: Entry, port: int) -> dict[str, str]:
    """What its file's defaults say of vantages, where the entry itself expects nothing of the port."""
    said = () if _own_expect(entry, port) else entry.defaults.stated.expect_from
    return {vantage: word for vantage, word in said or () if isinstance(word, str)}


def expand(
    entries: Sequence[Entry], excludes: Sequence[Exclude], settings: Settings, part: ListPart = WHOLE
) -> Iterator[Target]:
    """Every target of a part of the entries, names unresolved, without what is excluded or skipped."""
    excluder = Excluder(list(excludes))
    share = Share(entries, part)
    for entry in entries:
        ports = settle_ports(entry, settings)
        for host, left_out in _hosts(entry, excluder, share):
            for port in ports:
                if port not in left_out and port not in excluder.everywhere:
                    yield FileTarget(host, port, entry, excludes)


def _hosts(entry: Entry, excluder: Excluder, share: Share) -> Iterator[tuple[str, frozenset[int]]]:
    """The hosts of an entry that are in a share, each once, with the ports that are excluded there: names, then
    addresses."""
    names = {host.text.lower(): host.text for host in reversed(entry.hosts) if isinstance(host, HostName)}
    for name in reversed(names.values()):
        left_out = excluder.at_name(name)
        if left_out is not None and share.has_name(name):
            yield name, left_out
    written, lines = _numeric(entry)
    for line, ranges in lines.items():
        tail = "%" + scope_name(line[1]) if line[1] else ""
        for ours in (share.of_range(line, first, last) for first, last in joined(ranges)):
            for number in range(ours[0], ours[1] + 1, share.step) if ours else ():
                left_out = excluder.at_address(line, number)
                if left_out is not None:
                    yield written.get((line, number)) or address_text(line[0], number) + tail, left_out


def _numeric(entry: Entry) -> tuple[dict[tuple[Line, int], str], dict[Line, LineRanges]]:
    """Single addresses as written, and the ranges of all hosts, by line."""
    written: dict[tuple[Line, int], str] = {}
    lines: dict[Line, LineRanges] = {}
    unprobed = Unprobed()
    for host in entry.hosts:
        if isinstance(host, HostName):
            continue
        line = (host.family, host.scope)
        if host.text:
            written.setdefault((line, host.first), host.text)
        lines.setdefault(line, []).extend(unprobed.left(host))
    return written, lines


def entries_of(targets: Iterable[Target]) -> tuple[list[Entry], list[Exclude]]:
    """An entry for each target, and the excludes that targets from files bring along.

    Errors: TargetError with what is wrong (the first 50), UsageError for something that is not a Target.
    """
    entries: list[Entry] = []
    excludes: dict[int, Sequence[Exclude]] = {}
    ports: dict[int, tuple[int, ...]] = {}
    problems: list[str] = []
    with present_folder():
        for number, target in enumerate(targets, 1):
            if not isinstance(target, Target):
                raise UsageError(f'{shown(str(target))} is not a Target; write Target("localhost", 22)')
            try:
                entries.append(_entry(target, ports))
            except TargetError as error:
                problems.append(f"target {number}: {error}")
                if len(problems) == MOST_TOLD:
                    break
            if isinstance(target, FileTarget):
                excludes[id(target.excludes)] = target.excludes
    if problems:
        raise TargetError(*problems)
    return entries, [exclude for some in excludes.values() for exclude in some]


def _entry(target: Target, ports: dict[int, tuple[int, ...]]) -> Entry:
    """One target as an entry. `ports` shares the one-port tuples."""
    if not isinstance(target.host, str):
        raise TargetError(f"the host {target.host!r} is not a string; write a name or an address")
    elsewhere = target.expect_from.items()
    texts = (target.name, target.expect, target.addresses, *target.tags)
    for text in chain(texts, *elsewhere) if elsewhere else texts:
        if not isinstance(text, str):
            raise TargetError(f"{text!r} is not a string; name, expect, expect_from, addresses and tags must be")
    if any(";" in tag for tag in target.tags):
        raise TargetError(f"a tag in {target.tags!r} has a ;, which joins tags in CSV reports; write two tags")
    if "" in target.tags:
        raise TargetError("a tag is empty; write a word, or leave it out")
    if not is_whole(target.port) or not 1 <= target.port <= 65535:
        raise TargetError(f"port {target.port!r} is not a valid port; write a number from 1 to 65535")
    if target.timeout is not None:
        if not is_number(target.timeout, finite=False):
            raise TargetError(f"timeout={target.timeout!r}: write seconds as a number, such as 0.5")
        check_duration(target.timeout)
    if target.retries is not None and not (is_whole(target.retries) and 0 <= target.retries <= MOST_RETRIES):
        raise TargetError(f"retries={target.retries!r}: write a number from 0 to {MOST_RETRIES}")
    hosts = library_host(target.host)
    stated = StatedSettings(
        timeout=target.timeout,
        retries=target.retries,
        expect=parse_expect(target.expect) if target.expect else None,
        addresses=parse_addresses(target.addresses),
        tags=target.tags,
        expect_from=tuple((vantage, parse_expect(word)) for vantage, word in elsewhere) or None,
    )
    one_port = ports.setdefault(target.port, (target.port,))
    if not isinstance(target, FileTarget):
        return Entry(hosts, one_port, stated, name=target.name)
    origin = target.entry
    return Entry(
        hosts,
        one_port,
        _giving_way(stated, target),
        name=target.name,
        label=origin.label,
        line=origin.line,
        column=origin.column,
        defaults=origin.defaults,
        need=origin.need,
    )


def _giving_way(stated: StatedSettings, target: FileTarget) -> StatedSettings:
    """A setting that came from the file's defaults, and that nobody changed, is a default again: the scan's own word
    beats it."""
    as_read = FileTarget(target.host, target.port, target.entry, ())
    own = target.entry.stated
    expect_from = stated.expect_from
    if target.expect_from == as_read.expect_from:
        expect_from = tuple(_own_from(target.entry, target.port).items()) or None
    return StatedSettings(
        None if own.timeout is None and target.timeout == as_read.timeout else stated.timeout,
        None if own.retries is None and target.retries == as_read.retries else stated.retries,
        None if _own_expect(target.entry, target.port) is None and target.expect == as_read.expect else stated.expect,
        None if own.addresses is None and target.addresses == as_read.addresses else stated.addresses,
        None if own.tags is None and target.tags == as_read.tags else stated.tags,
        expect_from,
    )
