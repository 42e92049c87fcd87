"""The text of a target list: what `yaml_file.py` reads, written as a person would write it.

What holds for most entries stands in `defaults`, what says nothing else is `host:ports`, hosts of which the same is to
be said are one entry, and each has a comment with where it came from. The text comes in pieces: a list may have
hundreds of thousands of entries.
"""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

from scanner.targets.grammar.host_ports import Exclude, with_brackets
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.spelled_hosts import spelled_hosts, spelled_ports
from scanner.targets.writing.common_settings import FileEntries, settled_alike
from scanner.targets.writing.gathered_entries import GatheredEntry, gathered, says_nothing_else
from scanner.targets.writing.provenance import comment_of
from scanner.targets.writing.spelled_settings import expect_names_ports, port_lines, setting_lines, stated_lines
from scanner.targets.writing.yaml_scalars import WIDTH, flow_list, scalar
from scanner.words.plain import plain

#: A port list of more items stands in brackets, also where HOST:PORTS would do.
_SHORT_PORTS = 8


class ListToWrite(NamedTuple):
    """`parts`: the entries. `ports`: those of entries that name none, or None. `head`, `foot`: what comments say above
    and below all of it, line by line."""

    parts: Sequence[FileEntries]
    excludes: Sequence[Exclude] = ()
    ports: tuple[int, ...] | None = None
    head: Sequence[str] = ()
    foot: Sequence[str] = ()


def list_text(wanted: ListToWrite) -> Iterator[str]:
    """Pieces of the text."""
    shared = settled_alike(wanted.parts, wanted.ports)
    yield _comments(wanted.head)
    yield "version: 1\n"
    ports = spelled_ports(shared.defaults.ports) if shared.defaults.ports else []
    if settings := [*port_lines(ports, 2), *stated_lines(shared.defaults.stated, 2)]:
        yield "\ndefaults:\n" + "".join(f"  {line}\n" for line in settings)
    if wanted.excludes:
        yield "\nexclude:\n"
        yield from (f"  - {scalar(text)}\n" for exclude in wanted.excludes for text in _exclude_texts(exclude))
    yield "\ntargets:\n"
    apart = fresh = False  # whether what was written last is followed by a blank line; whether a heading was
    for number, part in enumerate(shared.parts):
        if part.title:
            yield ("\n" if number else "") + _comments(part.title.split("\n"), "  ")
        fresh = bool(part.title) or not number
        for group in gathered(part.entries):
            text, long = _entry(group)
            yield f"\n{text}" if (long or apart) and not fresh else text
            apart, fresh = long, False
    if wanted.foot:
        yield "\n" + _comments(wanted.foot)


def _comments(lines: Iterable[str], indent: str = "") -> str:
    room = WIDTH - len(indent) - 2
    folded = (each for line in lines for each in _folded(plain(line), room))
    return "".join(f"{indent}# {line}".rstrip() + "\n" for line in folded)


def _folded(line: str, room: int) -> list[str]:
    if len(line) <= room:
        return [line]
    return wrap(line, room, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _entry(group: GatheredEntry) -> tuple[str, bool]:
    """The text of an entry, and whether it is the long form."""
    entry, comment = group.first, comment_of(group.entries)
    hosts = list(spelled_hosts([host for each in group.entries for host in each.hosts]))
    if says_nothing_else(entry) and len(hosts) == 1 and len(group.ports) <= _SHORT_PORTS:
        return f"  - {scalar(_short(hosts[0][0], group.ports))}{comment}\n", False
    if len(group.entries) > 1 and len(hosts) > 1:
        comment = ""  # each host has its own
    lines = [f"name: {scalar(entry.name)}{comment}"] if entry.name else []
    lines += _hosts(group, hosts, "" if entry.name else comment)
    if not expect_names_ports(entry):
        lines += port_lines(group.ports, 4)
    lines += setting_lines(entry, 4)
    return "  - " + "\n    ".join(lines) + "\n", True


def _short(host: str, ports: Sequence[str]) -> str:
    """HOST:PORTS, or HOST where the defaults have the ports."""
    bracketed = with_brackets(host)
    return f"{bracketed}:{','.join(ports)}" if ports else bracketed


def _hosts(group: GatheredEntry, hosts: Sequence[tuple[str, int]], comment: str) -> list[str]:
    """The hosts: one, some in a line, or else each on a line; then each says where it came from, if that differs."""
    if len(hosts) == 1:
        return [f"host: {scalar(hosts[0][0])}{comment}"]
    several = len(group.entries) > 1
    listed = flow_list([scalar(text, flow=True) for text, _ in hosts], column=11)
    if len(listed) == 1 and not several and len(listed[0]) + len(comment) < WIDTH:
        return [f"hosts: {listed[0]}{comment}"]
    origins = [each for each in group.entries for _ in each.hosts]
    lines, at = [f"hosts:{comment}"], 0
    for text, count in hosts:
        lines.append(f"  - {scalar(text)}{comment_of(origins[at : at + count]) if several else ''}")
        at += count
    return lines


def _exclude_texts(exclude: Exclude) -> Iterator[str]:
    """A text for each row of its hosts."""
    ports = f":{','.join(spelled_ports(exclude.ports))}" if exclude.ports is not None else ""
    hosts: Sequence[Host] | None = exclude.hosts
    if hosts is None:
        yield f"*{ports}"
        return
    for text, _ in spelled_hosts(hosts):
        yield f"{with_brackets(text)}{ports}" if ports else text
