"""The keys of a target file, in one table: what each is called, where it stands, what it means, and what it takes.

Whoever needs to know the keys takes them from here: what reads a file (`yaml_file.py`, `file_entry.py`), and what tells
editors of one (the JSON Schema). So neither has a key that the other lacks. The order is the one in which messages name
the keys. How a value is taken out of YAML is in `yaml_values.py`; what the texts in it mean, in `grammar/`.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from scanner.targets.entry import StatedSettings
from scanner.targets.grammar.single_values import (
    parse_addresses,
    parse_duration,
    parse_expect,
    parse_need,
    parse_retries,
)


class Where(Enum):
    """A mapping in which keys stand; the value is how messages call it."""

    TOP = "at the top level"
    DEFAULTS = "in the defaults"
    ENTRY = "in a target"


class Takes(Enum):
    """What a key takes. Every text may be written as whatever YAML calls it: a file is read as it was typed."""

    VERSION = "the number 1"
    SETTINGS = "a mapping of keys that stand in the defaults"
    EXCLUDES = "a text with excludes, or a list of them, which may be empty"
    ENTRIES = "a list of targets: a text HOST:PORTS, or a mapping of keys that stand in a target"
    LINE = "one printable line"
    HOSTS = "a text with a host, or a list of them"
    PORTS = "a text with ports, or a list of them"
    DURATION = "a text with a duration"
    RETRIES = "a number of further attempts"
    EXPECTATION = "one expectation; in a target also a mapping of expectations to ports, one of them at least"
    EXPECT_FROM = "a mapping of vantages to what is expected from there, one of them at least"
    ADDRESSES = "all or one"
    TAGS = "a tag, or a list of them, which may be empty"
    NEED = "a whole number from 1"


class FileKey(NamedTuple):
    """One key. `about`: what it means, a sentence or two as an editor shows them. `parse`: what reads its text, where
    it takes a single one that has a grammar. `rival`: the other spelling of it; only one of both may be given.
    `examples`: values for an editor to offer."""

    name: str
    where: tuple[Where, ...]
    takes: Takes
    about: str
    parse: Callable[[str], Any] | None = None
    rival: str = ""
    examples: tuple[str | int | list[str | int], ...] = ()


_TOP, _ENTRY, _BOTH = (Where.TOP,), (Where.ENTRY,), (Where.DEFAULTS, Where.ENTRY)

KEYS = (
    FileKey("version", _TOP, Takes.VERSION, "The version of this format: 1, or absent."),
    FileKey(
        "defaults", _TOP, Takes.SETTINGS,
        "What holds for targets that say nothing else. Options of the command line beat it.",
    ),
    FileKey(
        "exclude", _TOP, Takes.EXCLUDES,
        "Hosts, networks and host:ports that are never touched, whatever the targets name. \"*:25\" is a port of any "
        "host.",
        examples=("10.0.0.0/30", ["10.0.0.1", "*:25"]),
    ),
    FileKey("targets", _TOP, Takes.ENTRIES, "What to probe. Each entry is a rule, met when all its targets are."),
    FileKey("name", _ENTRY, Takes.LINE, "What the reports call it.", examples=("orders database",)),
    FileKey(
        "host", _ENTRY, Takes.HOSTS,
        "A name, an address, a network (10.0.0.0/24), a range (10.0.0.1-50) or a pattern (web[01-20]).",
        rival="hosts",
        examples=("db1.example.net",),
    ),
    FileKey(
        "hosts", _ENTRY, Takes.HOSTS,
        "Names, addresses, networks (10.0.0.0/24), ranges (10.0.0.1-50) and patterns (web[01-20]).",
        rival="host",
        examples=(["10.0.0.0/24", "web[01-20].example.net"],),
    ),
    FileKey(
        "timeout", _BOTH, Takes.DURATION, "How long one attempt may take: 300ms, 2s, 1.5 (seconds).", parse_duration,
        examples=("300ms", "2s"),
    ),
    FileKey(
        "retries", _BOTH, Takes.RETRIES,
        "Minimum further attempts after silence or an ICMP error, 0 to 100. 0 is exactly one attempt.",
        parse_retries,
        examples=(0, 1, 3),
    ),
    FileKey(
        "expect", _BOTH, Takes.EXPECTATION,
        "What is expected: a state (open, refused, timeout, unreachable), reachable (open or refused), blocked "
        "(timeout or unreachable), not-open (all but open and error), or any. In a target also by port: {open: 443, "
        "blocked: \"-\"}, where a list beats another that holds all of its ports.",
        parse_expect,
    ),
    FileKey(
        "expect_from", _BOTH, Takes.EXPECT_FROM,
        "What is expected from some vantages (--vantage NAME, else the host's name), where that is not what expect "
        "says: {fra: open, nyc: blocked}. In a target also by port, as in expect.",
    ),
    FileKey(
        "addresses", _BOTH, Takes.ADDRESSES,
        "all: every address of a name is to be as expected. one: one of them is enough.",
        parse_addresses,
    ),
    FileKey(
        "need", _ENTRY, Takes.NEED,
        "So many of the target's addresses and ports as expected are enough; without it, all of them must be.",
        parse_need,
        examples=(1, 2),
    ),
    FileKey("tags", _BOTH, Takes.TAGS, "Words for the reports, and for --tag.", examples=(["prod", "ticket-4711"],)),
    FileKey(
        "port", _BOTH, Takes.PORTS,
        "A port, a range (8000-8100), a service name (https), top:100 (the most common) or - (all), with commas "
        "between several.",
        rival="ports",
        examples=(443, "https", "22,8000-8100"),
    ),
    FileKey(
        "ports", _BOTH, Takes.PORTS,
        "Ports, ranges (8000-8100), service names (https), top:100 (the most common) or - (all).",
        rival="port",
        examples=([80, 443, "8000-8100"],),
    ),
)  # fmt: skip

#: The names of the keys by where they stand.
KNOWN = {where: tuple(key.name for key in KEYS if where in key.where) for where in Where}
#: The keys of what an entry states, and the defaults for it.
SETTINGS = tuple(key for key in KEYS if key.name in StatedSettings._fields)
