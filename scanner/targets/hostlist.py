"""Host lists and exclude lists as plain text files: one item a line, `#` starts a comment."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from scanner.errors import TargetError
from scanner.targets.grammar import Exclude
from scanner.targets.hosts import Host
from scanner.targets.problems import Problems
from scanner.targets.readtext import file_label, read_text
from scanner.targets.urls import has_user_info
from scanner.targets.words import listed_excludes, listed_host, present_folder

T = TypeVar("T")
_MOST_HOSTS = 1_000_000


def read_hosts(path: str) -> list[Host]:
    """The hosts of a file (`-`: stdin). Errors: TargetError with all mistakes of the file."""
    return _read(path, listed_host, "hosts", "hosts without -i")


def read_excludes(path: str) -> list[Exclude]:
    """The excludes of a file; a line may hold several with commas between them."""
    return _read(path, listed_excludes, "excludes", "hosts with --exclude")


def _read(path: str, parse: Callable[[str], Iterable[T]], what: str, instead: str) -> list[T]:
    problems = Problems(file_label(path))
    found: list[T] = []
    lines = read_text(path, problems, instead=instead).split("\n")
    with present_folder():
        _read_lines(lines, parse, what, found, problems)
    problems.check()
    return found


def _read_lines(
    lines: list[str], parse: Callable[[str], Iterable[T]], what: str, found: list[T], problems: Problems
) -> None:
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            found += parse(text)
        except TargetError as error:
            error = _of_whole_line(line, parse) or error
            problems.add(number, line.index(text[0]) + 1, str(error))
        if len(found) > _MOST_HOSTS:
            problems.fail(number, 1, f"the file lists more than {_MOST_HOSTS} {what}; name networks instead")
    if not found and not problems.count:
        problems.fail(1, 1, f"the file lists no {what}; write one in each line")


def _of_whole_line(line: str, parse: Callable[[str], object]) -> TargetError | None:
    """The error of a line whose # stands inside a password: what is in front of it must not be shown as if it were a
    host. None for any other line."""
    head, mark, tail = line.partition("#")
    if not mark or head[-1:].isspace() or not has_user_info(tail):
        return None
    try:
        parse(line.strip())
    except TargetError as error:
        return error
    return None
