"""How a list of targets is to be read, and what it comes to, whoever wrote it and in which format: values alone."""

from collections.abc import Sequence
from typing import NamedTuple

from scanner.targets.entry import NO_DEFAULTS, Defaults, Entry
from scanner.targets.grammar.host_ports import Exclude
from scanner.words.shown_text import many

#: More entries than this are better written as networks and ranges.
MOST_ENTRIES = 500_000


class InputWish(NamedTuple):
    """How lists are to be read.

    `format`: one of `INPUT_FORMATS`, or empty to tell by content. `columns`: what is in which column of a table, as
    pairs (`host`, `Ziel`). `skip_unsupported`: what TCP cannot verify is counted, else it is a mistake. `ports_given`:
    the command line names ports for what names none. `may_be_empty`: there are other lists, so one in a foreign format
    without any target is none of its own.
    """

    format: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    skip_unsupported: bool = False
    ports_given: bool = False
    may_be_empty: bool = False


class LeftOutItem(NamedTuple):
    """What a list asks for and no TCP connection can tell: where it stands (`rules.csv:7:3`), and `what` it is."""

    where: str
    what: str


class TargetFile(NamedTuple):
    """What a target list says: its entries in order, its excludes, its defaults.

    `left_out`: what it asks for and TCP cannot tell. `warnings`: plain one-line texts, for whoever relies on the
    answers.
    """

    entries: list[Entry]
    excludes: Sequence[Exclude] = ()
    defaults: Defaults = NO_DEFAULTS
    left_out: Sequence[LeftOutItem] = ()
    warnings: Sequence[str] = ()


def left_out_in_short(left_out: Sequence[LeftOutItem]) -> str:
    """What the warnings say of them."""
    first = f"the first is {left_out[0].what} at {left_out[0].where}"
    return f"{many(len(left_out), 'item')} that TCP cannot verify left out; {first}"
