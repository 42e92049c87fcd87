"""One word of `scan TARGET...`: is it a target file or HOST:PORTS, and what does it say?"""

import os

from scanner.errors import TargetError
from scanner.targets.entry import Entry
from scanner.targets.grammar import Exclude, parse_target
from scanner.targets.hint import shown

_ENDINGS = (".yaml", ".yml", ".json")


def read_argument(arg: str, ports_given: bool, *, only_files: bool = False) -> tuple[list[Entry], list[Exclude]]:
    """The entries and excludes that a word stands for. `ports_given`: HOST without ports will do."""
    if only_files or is_file(arg):
        from scanner.targets.yamlfile import read_target_file  # yaml is slow to import, and often not needed

        file = read_target_file(arg, ports_given=ports_given)
        return file.entries, file.excludes
    try:
        hosts, ports = parse_target(arg)
    except TargetError as error:
        raise TargetError(f"{error}{_or_file(arg)}") from None
    if ports is None and not ports_given:
        raise TargetError(
            f"{shown(arg)} is no file, and names no port; write {arg[:60]}:PORTS, or the path of a target file"
        )
    return [Entry(hosts, ports, where=shown(arg))], []


def is_file(arg: str) -> bool:
    """Whether a word means a file: `-`, what exists, and what is called like a target file."""
    return arg == "-" or arg.lower().endswith(_ENDINGS) or ("\0" not in arg and os.path.exists(arg))


def _or_file(arg: str) -> str:
    """What to add where a word may have been meant as a path."""
    return " (and there is no such file)" if os.sep in arg or "." in arg else ""
