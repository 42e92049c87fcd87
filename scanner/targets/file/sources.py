"""One word of `scan TARGET...`: is it a target file or HOST:PORTS, and what does it say?"""

import os
import re
from collections.abc import Sequence

from scanner.errors import TargetError
from scanner.targets.entry import Entry
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.grammar.addresses import v6_number
from scanner.targets.grammar.host_ports import is_target, with_brackets
from scanner.targets.grammar.ports import is_ports
from scanner.targets.grammar.typed_words import is_address, is_path, names_a_file, scan_target
from scanner.targets.grammar.urls import has_user_info, is_url
from scanner.words.shown_text import shown

_ENDINGS = (".yaml", ".yml", ".json", ".csv", ".tsv", ".xlsx")
#: Ports that cannot be taken for a host.
_PORTS = re.compile(r"[0-9]{1,5}(?:[,-][0-9]{1,5})*")


def read_argument(arg: str, wish: InputWish, *, only_files: bool = False) -> TargetFile:
    """What a word asks for: a file's list, or one entry. `wish.ports_given`: HOST without ports will do."""
    if only_files or is_file(arg):
        from scanner.targets.formats.opened_list import read_targets  # slow to import, and often not needed

        return read_targets(arg, wish)
    ports_given = wish.ports_given
    if ports_given and v6_number(arg.partition("%")[0]) is not None:
        arg = f"[{arg}]"  # no part of it is a port, where these stand elsewhere
    try:
        hosts, ports = scan_target(arg)
    except TargetError as error:
        raise TargetError(f"{error}{_or_file(arg)}") from None
    if ports is None and not ports_given:
        if names_a_file(arg):
            raise TargetError(
                f"{shown(arg)} is an address, and names no port; write {arg}:PORTS, or ./{arg} for the file"
            )
        raise TargetError(
            f"{shown(arg)} is not a file, and names no port; write {arg[:60]}:PORTS, or the path of a target file"
        )
    return TargetFile([Entry(hosts, ports, label=shown(arg))])


def is_file(arg: str) -> bool:
    """Whether a word means a file: `-`, what exists, and what is named like a target file.

    A folder may share its name with a host, so it counts only if the word has a slash. An address is an address,
    whatever files there are; `./10.0.0.1` is the file.
    """
    if arg == "-":
        return True
    if names_a_file(arg) or ((os.sep in arg or not arg.strip(".")) and os.path.exists(arg)):
        return not is_address(arg)
    return arg.lower().endswith(_ENDINGS) and not is_url(arg)


def _or_file(arg: str) -> str:
    """What to add where a word may have been meant as a path."""
    if (
        is_url(arg)
        or has_user_info(arg)
        or is_path(arg)
        or arg.startswith("//")
        or names_a_file(arg.rpartition(":")[0])
        or is_address(arg)
    ):
        return ""  # the error knows better
    head = arg.partition(":")[0]
    return " (and there is no such file)" if os.sep in head or "." in head else ""


def pairs_apart(words: Sequence[str], *, ports_given: bool = False) -> tuple[list[str], list[str]]:
    """The words without those that are HOST and PORTS apart (`localhost 22 80`), and what to say about those.

    `ports_given`: HOST without ports will do, so a word that may be a service is a host.
    """
    left: list[str] = []
    problems: list[str] = []
    at = 0
    while at < len(words):
        end = at + 1
        while end < len(words) and _are_ports(words[end], services=not ports_given):
            end += 1
        meant = _in_one(words[at], words[at + 1 : end]) if end > at + 1 else ""
        if meant:
            many = "two" if end == at + 2 else "several"
            said = shown(" ".join(words[at:end]))
            problems.append(f"{said} is one target in {many} words; write {meant}")
        else:
            left += words[at:end]
        at = end
    return left, problems


def _are_ports(word: str, *, services: bool) -> bool:
    return bool(_PORTS.fullmatch(word) or (services and word.isalpha() and is_ports(word))) and not is_file(word)


def _in_one(host: str, ports: Sequence[str]) -> str:
    """HOST:PORTS made of these parts, or empty where that is not valid."""
    if is_file(host) or _PORTS.fullmatch(host):
        return ""
    with_ports = f"{host},{','.join(ports)}", f"{with_brackets(host)}:{','.join(ports)}"
    return next((each for each in with_ports if ":" in each and is_target(each)), "")
