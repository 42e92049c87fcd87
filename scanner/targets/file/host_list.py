"""Host lists and exclude lists as plain text files: one item per line, `#` starts a comment."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import MOST_HOSTS, file_label, read_text
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.grammar.typed_words import listed_excludes, listed_host, present_folder
from scanner.targets.grammar.urls import has_user_info
from scanner.words.no_collection import no_collection

T = TypeVar("T")
#: Each costs more than a host, and anybody with more can name networks.
_MOST_EXCLUDES = 250_000
#: What a line says before its comment; lines that say nothing are skipped at the speed of C.
_ITEM = re.compile(r"^[^\S\n]*+([^\s#][^#\n]*)", re.MULTILINE)


def read_hosts(path: str) -> list[Host]:
    """The hosts in a file (`-`: stdin). Errors: TargetError with all mistakes in the file."""
    return _read(path, listed_host, "hosts", MOST_HOSTS, instead="hosts without -i")


def read_excludes(path: str) -> list[Exclude]:
    """The excludes in a file; a line may hold several, separated by commas."""
    budget = PortBudget()

    def parse(text: str) -> list[Exclude]:
        found = listed_excludes(text)
        for exclude in found:
            budget.spend(exclude.ports)
        return found

    return _read(path, parse, "excludes", _MOST_EXCLUDES, instead="hosts with --exclude")


def _read(path: str, parse: Callable[[str], Iterable[T]], what: str, most: int, *, instead: str) -> list[T]:
    problems = Problems(file_label(path))
    found: list[T] = []
    text = read_text(path, problems, instead=instead)
    lines = _Lines(text)
    with no_collection(), present_folder():
        for match in _ITEM.finditer(text):
            try:
                found += parse(match[1].rstrip())
            except TargetError as error:
                error = _of_whole_line(_line_at(text, match.start()), parse) or error
                problems.add(lines.number(match.start(1)), match.start(1) - match.start() + 1, str(error))
            if len(found) > most:
                number = lines.number(match.start(1))
                problems.fail(number, 1, f"the file lists more than {most} {what}; name networks instead")
    if not found and not problems.count:
        problems.fail(1, 1, f"the file lists no {what}; write one per line")
    problems.check()
    return found


class _Lines:
    """Line numbers, asked for in ascending order and counted only then: a million lines without mistakes need none."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._counted = 1, 0

    def number(self, at: int) -> int:
        """The line that contains the character at `at`."""
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


def _line_at(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]
