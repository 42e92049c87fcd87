"""Host lists and exclude lists as plain text files: words with blanks, TABs or line ends between them, and comments.

Here the file is gone through; a line with several words is read in `list_line.py`.
"""

import re
from collections.abc import Callable
from typing import Generic, NoReturn, TypeVar

from scanner.errors import TargetError
from scanner.targets.file.list_kinds import ListKind, excludes_kind, hosts_kind
from scanner.targets.file.list_line import read_line
from scanner.targets.file.odd_words import beside
from scanner.targets.file.other_lists import is_hosts_file, other_form
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import file_label, read_text
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import secret_problem
from scanner.targets.grammar.ports import is_ports
from scanner.targets.grammar.typed_words import present_folder
from scanner.targets.grammar.urls import has_user_info
from scanner.words.no_collection import no_collection

T = TypeVar("T")
#: The first word of a line, and what follows up to a comment. Lines that say nothing are skipped at the speed of C.
_ITEM = re.compile(r"^[^\S\n]*+(?!//[^\S\n]|//$)([^\s#;][^\s#,]*+)[^\S\n]*+([^#\n]*)", re.MULTILINE)

_TWO_COLUMNS = (
    "the file looks like a hosts file, an address and its names a line; leave one of the two out of it, or to probe "
    "the addresses, write scanner scan FILE --input-format hosts -p PORTS"
)

_MAYBE_A_PASSWORD = (
    "the line holds an @, in front of which may be a password; write hosts without user names, and comments without @"
)


def read_hosts(path: str) -> list[Host]:
    """The hosts in a file (`-`: stdin). Errors: TargetError with all mistakes in the file."""
    return _read(path, hosts_kind())


def read_excludes(path: str) -> list[Exclude]:
    """The excludes in a file (`-`: stdin); commas may separate those of a line, too. Errors: as above."""
    return _read(path, excludes_kind())


def _read(path: str, kind: ListKind[T]) -> list[T]:
    problems = Problems(file_label(path))
    found: list[T] = []
    text = read_text(path, problems, instead=kind.instead, listed=kind.noun)
    if kind.probed and is_hosts_file((match[0] for match in _ITEM.finditer(text)), fewest=2):
        problems.fail(1, 1, _TWO_COLUMNS)
    lines = _Lines(text, problems, kind)
    with no_collection(), present_folder():
        for match in _ITEM.finditer(text):
            if match[2]:
                item = text[match.start(1) : match.end()].rstrip()
                for at, words in read_line(item, kind):
                    if isinstance(words, TargetError):
                        if not lines.note(match, at, words):
                            break
                    else:
                        found += words
                        if len(found) > kind.most:
                            break
            else:
                try:
                    found += kind.parse(match[1])
                except TargetError as error:
                    lines.note(match, 0, beside(error, match[1], "", "", kind))
            if len(found) > kind.most:
                lines.fail(match, f"the file lists more than {kind.most} {kind.noun}; name networks instead")
    if not found and not problems.count:
        problems.fail(1, 1, f"the file lists no {kind.noun}; write them with blanks or line ends between")
    problems.check()
    return found


class _Lines(Generic[T]):
    """The places of mistakes. Line numbers are asked for in ascending order and counted only then: a million lines
    without mistakes need none."""

    def __init__(self, text: str, problems: Problems, kind: ListKind[T]) -> None:
        self._text = text
        self._problems = problems
        self._kind = kind
        self._noted = -1
        self._line, self._counted = 1, 0

    def note(self, match: re.Match[str], at: int, error: TargetError) -> bool:
        """Note what is wrong with the word that begins `at` characters behind the first of its line. Whether what is
        wrong with others in this line is still of interest."""
        start, column = match.start(), match.start(1) - match.start() + 1
        if start != self._noted:  # what is wrong with the line as a whole
            self._noted = start
            end = self._text.find("\n", start)
            line = self._text[start : end if end >= 0 else None]
            if form := other_form(line, probed=self._kind.probed):
                self.fail(match, form)
            if whole := _of_whole_line(line, self._kind.parse):
                self._problems.add(self._number(start), column, str(whole))
                return False
        self._problems.add(self._number(start), column + at, str(error))
        return True

    def fail(self, match: re.Match[str], text: str) -> NoReturn:
        """Note what is wrong with the file, seen in this line, and raise it."""
        self._problems.fail(self._number(match.start(1)), match.start(1) - match.start() + 1, text)

    def _number(self, at: int) -> int:
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line


def _of_whole_line(line: str, parse: Callable[[str], object]) -> TargetError | None:
    """The error for a line that may give a password, or whose # may stand inside one: what comes before it must not be
    shown as if it were a host. None for any other line, and for one with a comment that merely holds an address of
    e-mail."""
    head, mark, tail = line.partition("#")
    if secret := secret_problem(head.strip()):
        return TargetError(secret)
    if not mark or not has_user_info(tail):
        return None
    comment = head[-1:].isspace()
    if comment:
        odd = has_user_info(f"{tail} ".partition(" ")[0]) or any(map(_may_be_user_info, head.split()))
        return TargetError(_MAYBE_A_PASSWORD) if odd else None
    try:
        parse(line.strip())
    except TargetError as error:
        return error
    return None


def _may_be_user_info(word: str) -> bool:
    """Whether a word without an @ may be what precedes one, `user:password`, rather than a host and its ports."""
    _, colon, behind = word.partition(":")
    return bool(colon) and ":" not in behind and not is_ports(behind)
