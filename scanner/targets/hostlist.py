"""Host lists and exclude lists as plain text files: one item a line, `#` starts a comment."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from scanner.errors import TargetError
from scanner.targets.grammar import Exclude, parse_excludes
from scanner.targets.hosts import Host, parse_host
from scanner.targets.problems import Problems
from scanner.targets.readtext import file_label, read_text

T = TypeVar("T")
_MOST_HOSTS = 1_000_000


def read_hosts(path: str) -> list[Host]:
    """The hosts of a file (`-`: stdin). Errors: TargetError with all mistakes of the file."""
    return _read(path, parse_host, "hosts")


def read_excludes(path: str) -> list[Exclude]:
    """The excludes of a file; a line may hold several with commas between them."""
    return _read(path, parse_excludes, "excludes")


def _read(path: str, parse: Callable[[str], Iterable[T]], what: str) -> list[T]:
    problems = Problems(file_label(path))
    found: list[T] = []
    for number, line in enumerate(read_text(path, problems).split("\n"), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            found += parse(text)
        except TargetError as error:
            problems.add(number, line.index(text[0]) + 1, str(error))
        if len(found) > _MOST_HOSTS:
            problems.fail(number, 1, f"the file lists more than {_MOST_HOSTS} {what}; name networks instead")
    if not found and not problems.count:
        problems.fail(1, 1, f"the file lists no {what}; write one in each line")
    problems.check()
    return found
