"""One word of `scan TARGET...`: is it a target file or HOST:PORTS, and what does it say?"""

import os
import re
from collections.abc import Sequence
from itertools import pairwise

from scanner.errors import TargetError
from scanner.targets.entry import Entry
from scanner.targets.grammar import Exclude, is_target
from scanner.targets.hint import shown
from scanner.targets.urls import has_user_info, is_url
from scanner.targets.words import is_path, names_a_file, scan_target

_ENDINGS = (".yaml", ".yml", ".json")
#: Ports that cannot be taken for a host.
_PORTS = re.compile(r"[0-9]{1,5}(?:[,-][0-9]{1,5})*")


def read_argument(arg: str, ports_given: bool, *, only_files: bool = False) -> tuple[list[Entry], list[Exclude]]:
    """The entries and excludes that a word stands for. `ports_given`: HOST without ports will do."""
    if only_files or is_file(arg):
        from scanner.targets.yamlfile import read_target_file  # yaml is slow to import, and often not needed

        file = read_target_file(arg, ports_given=ports_given)
        return file.entries, file.excludes
    try:
        hosts, ports = scan_target(arg)
    except TargetError as error:
        raise TargetError(f"{error}{_or_file(arg)}") from None
    if ports is None and not ports_given:
        raise TargetError(
            f"{shown(arg)} is no file, and names no port; write {arg[:60]}:PORTS, or the path of a target file"
        )
    return [Entry(hosts, ports, label=shown(arg))], []


def is_file(arg: str) -> bool:
    """Whether a word means a file: `-`, what exists, and what is called like a target file.

    A folder shares its name with a host, unless there is a slash in it.
    """
    if arg == "-" or names_a_file(arg):
        return True
    if (os.sep in arg or not arg.strip(".")) and os.path.exists(arg):
        return True
    return arg.lower().endswith(_ENDINGS) and not is_url(arg)


def _or_file(arg: str) -> str:
    """What to add where a word may have been meant as a path."""
    if (
        is_url(arg)
        or has_user_info(arg)
        or is_path(arg)
        or arg.startswith("//")
        or names_a_file(arg.rpartition(":")[0])
    ):
        return ""  # the error knows better
    head = arg.partition(":")[0]
    return " (and there is no such file)" if os.sep in head or "." in head else ""


def pairs_apart(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words without those that are HOST and PORTS apart (`localhost 22`), and what to say of these."""
    left, problems = list(words), []
    for host, ports in pairwise(words):
        if _PORTS.fullmatch(ports) and not is_file(host) and not is_file(ports) and is_target(f"{host}:{ports}"):
            left = [word for word in left if word not in (host, ports)]
            problems.append(f"{shown(f'{host} {ports}')} is one target in two words; write {host}:{ports}")
    return left, problems
