"""Words that cannot stand beside others in a line of a list, and what to write instead.

The rule: what was one thing as a line must not turn into several hosts. The grammar refuses ports, half ranges and
prefix lengths as words anyway. What it would take, but no reader, is refused here: a netmask behind its network, a
service behind its host, the words of a sentence. Each of them is a host on a line of its own.

What to write is what the grammar knows of the piece of the line that is one thing (`slips.py`): the whole line, or a
word and its neighbours. Pure: words in, an error out. Of the words that are fine, only MASKS and names without a dot
(or with one near their end) come here.
"""

import re
from functools import cache
from typing import TypeVar

from scanner.errors import TargetError
from scanner.services import service_names
from scanner.targets.file.list_kinds import ListKind
from scanner.targets.grammar.addresses import V4, v4_number
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.remedies import RemedyText, SlipError
from scanner.words.shown_text import shown

T = TypeVar("T")
_PORTS = re.compile(r"[0-9]+(?:-[0-9]+)?(?:[ \t]*,[ \t]*[0-9]+(?:-[0-9]+)?)*+")
_PART = re.compile(r"[^ \t,]+")
_DIGITS = "0123456789"
#: Of a line of a table, or of a shell.
_MARKS = {";": "a semicolon", "|": "a |"}
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014"
#: What tools and people write around hosts. Not all of it: a list with more of it is refused for something else.
_SENTENCE = frozenset((
    "to", "bis", "through", "thru", "until", "till", "and", "und", "or", "oder", "not", "nicht", "except", "without",
    "ohne", "from", "von", "for", "is", "are", "has", "with", "the", "report", "address", "host", "hosts", "any", "all",
    "permit", "deny", "allow", "reject", "drop", "port", "ports", "tcp", "udp",
))  # fmt: skip
#: A point behind a word; letters with points between them, the last of which is no domain; short words with points.
_ABBREVIATION = re.compile(r"[^\W\d_]+\.|(?:[^\W\d_]{1,3}\.)+[^\W\d_]\.?|(?:[^\W\d_]{1,2}\.){2,}")
#: Netmasks, and wildcard masks such as 0.0.0.255, as numbers.
MASKS = frozenset((*(0xFFFFFFFF ^ (1 << n) - 1 for n in range(32)), *((1 << n) - 1 for n in range(25))))
#: What the grammar says where it names an example, or where two addresses may be two hosts: here they are.
_VAGUE = ("such as", "each alone")
#: Longer texts are not one thing.
_LONGEST = 200


def is_ports(word: str) -> bool:
    """Whether it is written as ports, in numbers."""
    return _PORTS.fullmatch(word) is not None


def word_behind(item: str, end: int) -> str:
    """The next word of a line, or empty."""
    match = _PART.search(item, end)
    return match[0] if match else ""


def is_prose(word: str) -> bool:
    """Whether it is more likely part of a sentence than a name."""
    return word.lower() in _SENTENCE or is_abbreviation(word)


def is_abbreviation(word: str) -> bool:
    """Whether it is written as one: `u.`, `bzw.`, `etc.`, `z.B.`, `e.g`. As a host it would be one without a domain."""
    return "." in word[-2:] and _ABBREVIATION.fullmatch(word) is not None


def as_one(text: str, kind: ListKind[T]) -> TargetError | None:
    """The error for several words that are one thing together, if it names what to write for that; else None."""
    if len(text) > _LONGEST:
        return None
    try:
        kind.parse(text)
    except SlipError as error:
        message = str(error)
        if shown(text) in message and not any(words in message for words in _VAGUE):
            remedies = [part for part in error.parts if isinstance(part, RemedyText)]
            return error if remedies and all(kind.is_one(each) for each in remedies) else None
    except TargetError:
        pass
    return None


def odd_name(word: str, before: str, behind: str, kind: ListKind[T]) -> TargetError | None:
    """What is wrong with a name that hardly means a host between these two words, either of which may be empty."""
    low = word.lower()
    if is_prose(word) and (before or behind):
        return _with_neighbours(word, before, behind, kind) or TargetError(
            f"{shown(word)} reads like part of a sentence; write # in front of a comment, and if this is a host, write "
            "it on a line of its own"
        )
    if before and low in _services() and not _in_series(before.lower(), low):
        return TargetError(f"{shown(word)} may be a host or a port; write {kind.either(low, before)}")
    return None


def _in_series(before: str, word: str) -> bool:
    """Whether two names are numbered alike, as `db1` and `db2` are; the second is a service, too."""
    stem = word.rstrip(_DIGITS)
    return stem != word and stem == before.rstrip(_DIGITS) != before


def netmask(host: AddressRange, word: str, before: str, kind: ListKind[T]) -> TargetError | None:
    """What is wrong with one of MASKS behind the word `before`; nothing if that has a prefix length or is a range."""
    spans = v4_number(before) is None and before[:1].isdigit() and ("/" in before or "-" in before)
    if not before or spans or host.family != V4 or host.first != host.last:
        return None
    return as_one(f"{before} {word}", kind) or TargetError(
        f"{shown(word)} looks like a netmask here; if it is a host, write it on a line of its own"
    )


def beside(error: TargetError, word: str, before: str, behind: str, kind: ListKind[T]) -> TargetError:
    """The error for a word that names no host, in the light of the words around it, if any."""
    if better := _with_neighbours(word, before, behind, kind):
        return better
    if is_ports(word):
        return _ports(word, before, kind) or error
    if ((before or behind) and not word.strip(_HYPHENS)) or not word.strip("".join(_MARKS)):
        return TargetError(f"{shown(word)} is not a host; write a blank between hosts, and # before a comment")
    if mark := next((mark for mark in _MARKS if mark in word), ""):
        return TargetError(f"{shown(word)} holds {_MARKS[mark]}; write a blank between hosts, and # before a comment")
    if word.startswith("!") and (meant := _taken(word[1:], kind)):
        return TargetError(f"{shown(word)} begins with a !, which leaves nothing out here; write {kind.negated(meant)}")
    return error


def _taken(word: str, kind: ListKind[T]) -> str:
    """The word if the list takes it, else empty."""
    try:
        kind.parse(word)
    except TargetError:
        return ""
    return word


def name_among_commas(word: str) -> TargetError:
    """What to say of a name in a list of hosts with commas: it may be a table of something else."""
    return TargetError(f"{shown(word)} is a name, and only addresses stand between commas; write blanks instead")


@cache
def _services() -> frozenset[str]:
    """Of those that only the machine knows none is asked for: that would take a look into a file for each name."""
    return frozenset(service_names())


def _with_neighbours(word: str, before: str, behind: str, kind: ListKind[T]) -> TargetError | None:
    """The error for the word together with those beside it, if they are one thing: a range, a host and its port."""
    pieces = (before and f"{before} {word}", before and behind and f"{before} {word} {behind}")
    for piece in (*pieces, behind and f"{word} {behind}"):
        if piece and (error := as_one(piece, kind)):
            return error
    return None


def _ports(word: str, before: str, kind: ListKind[T]) -> TargetError | None:
    ports = re.sub(r"[ \t]", "", word)
    try:
        parse_ports(ports)
    except TargetError:
        return None
    what = "is a port, not a host" if ports.isdigit() else "is a port list, not a host"
    return TargetError(f"{shown(ports)} {what}; write {kind.ports_belong(ports, before)}")
