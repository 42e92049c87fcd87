"""A line of a host or exclude list that has several words: blanks, TABs or commas stand between them.

Who has such a list has it from another tool, and these are their ways, read in their sources:

- nmap (-iL, --excludefile; libnetutil/netutil.cc, `read_host_from_file`): blanks, TABs and line ends separate hosts; #
  begins a comment, in the middle of a word too. Its lists of octets (`10.0.0.1-5,7`) are a mistake (`octets.py`).
- zmap (lib/blocklist.c, `init_from_file`): the same comments. It takes the first word of a line and skips the others;
  here they are hosts, as for nmap.
- masscan (src/massip-parse.c, `_parser_next`): commas separate addresses as well. `#`, `;`, `/` and `-` begin a comment
  where an address could begin, so `10.0.0.1 - 10.0.0.9` is one address to masscan, and a range to everybody else: here
  it is a mistake. Here only # begins a comment everywhere; `;` does where a line begins, `//` where it is a word.

What a word must not be taken for beside others is told in `odd_words.py`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from scanner.errors import TargetError
from scanner.targets.file.list_kinds import ListKind
from scanner.targets.file.odd_words import (
    MASKS,
    as_one,
    beside,
    is_ports,
    name_among_commas,
    netmask,
    odd_name,
    word_behind,
)
from scanner.targets.grammar.host_values import AddressRange, HostName
from scanner.targets.grammar.octets import octet_list
from scanner.targets.grammar.typed_words import names_a_file
from scanner.targets.grammar.urls import has_user_info

T = TypeVar("T")
#: A word; commas join words, with blanks around them or not. Possessive, and never begun at a blank: a long line must
#: not be tried in all ways.
_WORD = re.compile(r"[^ \t](?:[^ \t,]++|[ \t]*+,[ \t]*+)*+")
_PART = re.compile(r"[^ \t,]+")
_LONGEST_PATH = 300
#: Where a word begins, counted from 0, and what it names or what is wrong with it.
WordRead = tuple[int, Sequence[T] | TargetError]


def read_line(item: str, kind: ListKind[T]) -> Iterator[WordRead[T]]:
    """Each word of a line without its comment and the blanks at its ends. Of what is one thing as a whole, only that.

    A million hosts come through here: for an address, nothing but the grammar is asked."""
    if has_user_info(item):  # a password may hold blanks, and none of it is shown apart from its @
        yield 0, _whole(item, kind)
        return
    fine, named, before = True, False, ""
    for count, (at, word, listed) in enumerate(_words(item, apart=kind.probed)):
        if word == "//":
            break
        found: Sequence[T] = ()
        error = None
        try:
            found = kind.parse(word)
        except TargetError as refused:
            found = _with_last_comma(word, kind)
            error = None if found else refused
        host = kind.sole(found)
        if error:
            error = beside(error, word, before, word_behind(item, at + len(word)), kind)
        elif type(host) is HostName:
            named = True
            if "." not in word or "." in word[-2:]:
                error = odd_name(word, before, word_behind(item, at + len(word)), kind)
        elif type(host) is AddressRange and host.first in MASKS:
            error = netmask(host, word, before, kind)
        if listed and not error and not kind.all_addresses(found):
            error = name_among_commas(word)
        if error and count < 2 and type(host) is not HostName and (whole := as_one(item, kind)):
            yield 0, whole  # one host before ports, a mask or a hyphen; several are hosts for themselves
            return
        fine = fine and not error
        yield at, error or found
        before = before or word if error and is_ports(word) else word
    if fine and named and len(item) < _LONGEST_PATH and names_a_file(item):
        yield 0, _whole(item, kind)


def _words(item: str, *, apart: bool) -> Iterator[tuple[int, str, bool]]:
    """Where each word begins, the word, and whether commas join it to others. `apart`: these are words of their own."""
    if "," not in item:
        return ((match.start(), match[0], False) for match in _PART.finditer(item))
    return _words_with_commas(item, apart=apart)


def _words_with_commas(item: str, *, apart: bool) -> Iterator[tuple[int, str, bool]]:
    for match in _WORD.finditer(item):
        word = match[0].strip(" \t")
        at = item.index(word, match.start())
        if "," in word and apart and not is_ports(word) and not octet_list(word.partition(":")[0]):
            yield from ((part.start(), part[0], True) for part in _PART.finditer(item, at, at + len(word)))
        else:
            yield at, word, False


def _whole(item: str, kind: ListKind[T]) -> Sequence[T] | TargetError:
    """A line as a single word."""
    try:
        return kind.parse(item)
    except TargetError as error:
        return error


def _with_last_comma(word: str, kind: ListKind[T]) -> Sequence[T]:
    """What a word names that ends in a comma: masscan takes it, and behind addresses it is harmless."""
    if not word.endswith(","):
        return ()
    try:
        found = kind.parse(word[:-1].rstrip(" \t"))
    except TargetError:
        return ()
    return found if kind.all_addresses(found) else ()
