"""Lists that people already have, as one target list of ours: what `scanner import` writes.

Nothing is looked up or probed: what the files say is read, and said in other words.
"""

import os
from collections.abc import Sequence
from typing import NamedTuple

from scanner.errors import MOST_TOLD, TargetError, UnwrittenListError, UsageError
from scanner.targets.entry import Settings
from scanner.targets.file.read_text import MOST_BYTES, file_label
from scanner.targets.file.target_file import MOST_ENTRIES, InputWish, LeftOutItem, TargetFile, left_out_in_short
from scanner.targets.formats.opened_list import read_targets
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.opposite_rules import opposite_rules
from scanner.targets.space.unprobed import is_any
from scanner.targets.writing.common_settings import FileEntries
from scanner.targets.writing.rule_neighbours import ABOUT, Beside, beside
from scanner.targets.writing.target_yaml import ListToWrite, list_text
from scanner.words.no_collection import no_collection
from scanner.words.plain import plain
from scanner.words.user_info import hidden

__all__ = ["ImportedList", "imported_list"]

#: What an editor with the YAML language server looks for, where the schema lies beside the list.
_MODELINE = "yaml-language-server: $schema=./targets.schema.json"


class ImportedList(NamedTuple):
    """`text`: the whole list. `entries`: how many the files had; `added`: how many were added to test the neighbours.

    `left_out`: what no TCP connection can verify, a line each, with its place. `warnings`: what else whoever relies on
    the list should know. `remarks`: what the tests of neighbours do not prove.
    """

    text: str
    entries: int
    added: int
    left_out: Sequence[str]
    warnings: Sequence[str]
    remarks: Sequence[str]


def imported_list(
    paths: Sequence[str], *, wish: InputWish, ports: str = "", negative: bool = False, schema_beside: bool = False
) -> ImportedList:
    """Reads the files (`-`: stdin) and says the same in our YAML.

    `wish`: how they are to be read; what TCP cannot verify is left out in any case. `ports`: those of targets that name
    none. `negative`: with what lies just outside the rules, expected blocked. `schema_beside`: an editor will find
    `targets.schema.json` next to the list.

    Errors: UnwrittenListError with the mistakes of all files, 50 of each told and the rest counted; UsageError for a
    file named twice.
    """
    _check_once(paths)
    with no_collection():
        settled = parse_ports(ports) if ports else None
        wish = wish._replace(skip_unsupported=True, ports_given=settled is not None, may_be_empty=True)
        labels = [plain(file_label(path)) for path in paths]
        files = _read(paths, labels, wish)
        return _imported(labels, files, settled, negative=negative, schema_beside=schema_beside)


def _check_once(paths: Sequence[str]) -> None:
    """Raises UsageError where a file is named twice: each of its targets would be there twice."""
    if list(paths).count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    known: dict[str, str] = {}
    for path in paths:
        real = path if path == "-" or "\0" in path else os.path.realpath(path)
        if real in known:
            raise UsageError(f"{hidden(path)!r} is the same file as {hidden(known[real])!r}; name it once")
        known[real] = path


def _read(paths: Sequence[str], labels: Sequence[str], wish: InputWish) -> list[TargetFile]:
    """All files. Errors: UnwrittenListError with the mistakes of all, or where they have no target."""
    files: list[TargetFile] = []
    problems: list[str] = []
    budget = PortBudget()
    for path in paths:
        try:
            if _is_missing(path):
                told = "there is no such file; check the name (targets themselves can be imported from stdin, as -)"
                raise TargetError(f"{hidden(path)}: {told}")
            file = read_targets(path, wish)
            for entry in file.entries:
                budget.spend(entry.ports)
        except TargetError as error:
            problems += error.problems
        else:
            files.append(file)
    if problems:
        raise UnwrittenListError(*problems)
    if not any(file.entries for file in files):
        raise UnwrittenListError(*_why_nothing(labels, files))
    return files


def _is_missing(path: str) -> bool:
    if path == "-":
        return False
    try:
        os.stat(path)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):  # which reading it tells better
        pass
    return False


def _why_nothing(labels: Sequence[str], files: Sequence[TargetFile]) -> list[str]:
    """Why no file has a target: what its warnings say, and each item that TCP cannot verify."""
    told = [
        f"{label}:1:1: {text}; import files that name targets for TCP"
        for label, file in zip(labels, files, strict=True)
        for text in file.warnings
    ]
    items = [f"{item.where}: {item.what} is not verifiable by TCP" for item in _left_out(files)]
    more = [f"{labels[-1]}: and {len(items) - MOST_TOLD} more"] if len(items) > MOST_TOLD else []
    return [*told, *items[:MOST_TOLD], *more]


def _left_out(files: Sequence[TargetFile]) -> list[LeftOutItem]:
    return [item for file in files for item in file.left_out]


def _imported(
    labels: Sequence[str],
    files: Sequence[TargetFile],
    ports: tuple[int, ...] | None,
    *,
    negative: bool,
    schema_beside: bool,
) -> ImportedList:
    left_out = [f"{item.where}: {item.what}" for item in _left_out(files)]
    entries = [entry for file in files for entry in file.entries]
    warnings = [*_warnings(labels, files), *opposite_rules(entries, Settings(ports=ports))]
    excludes = [exclude for file in files for exclude in file.excludes]
    titles = labels if len(files) > 1 else [""]
    parts = [FileEntries(title, file.entries) for title, file in zip(titles, files, strict=True) if file.entries]
    added = beside(entries, excludes, ports, _left_out(files)) if negative else Beside([], [])
    if added.entries:
        title = "\n".join([ABOUT, *(f"- {text}" for text in added.remarks)])
        parts.append(FileEntries(title, added.entries, have_a_say=False))
    count = len(entries) + len(added.entries)
    if count > MOST_ENTRIES:
        raise TargetError(
            f"that makes {count:,} entries, and a target list may have {MOST_ENTRIES:,}; import fewer files"
        )
    told = [f"- left out: {line}" for line in left_out]
    more = [f"- left out: {len(told) - MOST_TOLD:,} more, at the end of this file"] if len(told) > MOST_TOLD else []
    modeline = [_MODELINE] if schema_beside else []
    head = [
        *modeline,
        f"Imported from {', '.join(labels)}.",
        *(f"- {text}" for text in warnings),
        *told[:MOST_TOLD],
        *more,
    ]
    text = "".join(list_text(ListToWrite(parts, excludes, ports, head, told[MOST_TOLD:])))
    if len(text.encode()) > MOST_BYTES:
        raise TargetError(
            f"the list would be larger than {MOST_BYTES >> 20} MB, the most that is read; import fewer files"
        )
    return ImportedList(text, len(entries), len(added.entries), left_out, warnings, added.remarks)


def _warnings(labels: Sequence[str], files: Sequence[TargetFile]) -> list[str]:
    """Those of all files, of several with their names, but for the one on what was left out: that is told item by
    item."""
    found: list[str] = []
    for label, file in zip(labels, files, strict=True):
        in_short = left_out_in_short(file.left_out) if file.left_out else ""
        own = [warning for warning in file.warnings if warning != in_short]
        if any(not isinstance(host, HostName) and is_any(host) for entry in file.entries for host in entry.hosts):
            own.append("every address there is (0.0.0.0/0, ::/0) is a target: a scan of the list needs --allow-any")
        found += [f"{label}: {warning}" if len(files) > 1 else warning for warning in own]
    return found
