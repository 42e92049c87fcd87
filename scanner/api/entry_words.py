"""The tags and names in target files, for a command line that is still being typed.

So nothing here may fail, wait or take long: a file with mistakes has no words, nor has one that is large, a pipe or
standard input. Only the reader of target files is imported, which resolves nothing.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scanner.errors import ScannerError

if TYPE_CHECKING:
    from scanner.targets.entry import Entry

#: Bytes of a file that is read within a tenth of a second or two.
_MOST_BYTES = 128 * 1024


def tags_in(paths: Iterable[str]) -> list[str]:
    """Every tag in these files, each once, in their order."""
    from scanner.targets.chosen_entries import tags_of

    return list(dict.fromkeys(tag for entry in _entries_of(paths) for tag in tags_of(entry)))


def names_in(paths: Iterable[str]) -> list[str]:
    """Every entry's name in these files, each once, in their order."""
    return list(dict.fromkeys(entry.name for entry in _entries_of(paths) if entry.name))


def _entries_of(paths: Iterable[str]) -> "Iterator[Entry]":
    from scanner.targets.file.target_file import InputWish
    from scanner.targets.formats.opened_list import read_targets

    wish = InputWish(skip_unsupported=True, ports_given=True)

    for path in paths:
        if _is_small_file(path):
            try:
                yield from read_targets(path, wish).entries
            except ScannerError:
                continue  # a scan will tell


def _is_small_file(path: str) -> bool:
    """Whether it can be read at once: a FIFO would wait for its writer."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # not there; a NUL
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= _MOST_BYTES
