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
from scanner.targets.grammar.typed_words import present_folder
from scanner.targets.grammar.urls import has_user_info
from scanner.words.no_collection import no_collection

T = TypeVar("T")
#: The first word of a line, and what follows up to a comment. Lines that say nothing are skipped at the speed of C.
_ITEM = re.compile(r"^[^\S\n]*+(?!//[^\S\n]|//$)([^\s#;][^\s#,]*+)[^\S\n]*+([^#\n]*)", re.MULTILINE)


def read_hosts(path: str) -> list[Host]:
    """The hosts in a file (`-`: stdin). Errors: TargetError with all mistakes in the file."""
    return _read(path, hosts_kind())


def read_excludes(path: str) -> list[Exclude]:
    """The excludes in a file (`-`: stdin); commas may separate those of a line, too. Errors: as above."""
    return _read(path, excludes_kind())


def _read(path: str, kind: ListKind[T]) -> list[T]:
    problems = Problems(file_label(path))
    found: list[T] = []
    text = read_text(path, problems, instead=kind.instead)
    if kind.probed and "localhost" in text and is_hosts_file(match[0] for match in _ITEM.finditer(text)):
        problems.fail(1, 1, "the file gives addresses their names, as /etc/hosts does; write a list of the addresses")
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
    """The error for a line whose # stands inside a password: what comes before it must not be shown as if it were a
    host. None for any other line."""
    head, mark, tail = line.partition("#")
    if not mark or head[-1:].isspace() or not has_user_info(tail):
        return None
    try:
        parse(line.strip())
    except TargetError as error:
        return error
    return None
