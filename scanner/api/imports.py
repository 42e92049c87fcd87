"""Lists that people already have, as one target list of ours: what `scanner import` writes.

Nothing is looked up or probed: what the files say is read, and said in other words.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scanner.errors import MOST_TOLD, TargetError, UsageError
from scanner.targets.file.problems import ENOUGH_WORDS
from scanner.targets.file.read_text import MOST_BYTES, file_label
from scanner.targets.file.target_file import MOST_ENTRIES, InputWish, TargetFile, left_out_in_short
from scanner.targets.formats.opened_list import read_targets
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.writing.common_settings import FileEntries
from scanner.targets.writing.rule_neighbours import ABOUT, Beside, beside
from scanner.targets.writing.target_yaml import ListToWrite, list_text
from scanner.words.no_collection import no_collection

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

    Errors: TargetError with every mistake of all files; UsageError for stdin named twice.
    """
    if list(paths).count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    with no_collection():
        settled = parse_ports(ports) if ports else None
        files = _read(paths, wish._replace(skip_unsupported=True, ports_given=settled is not None))
        return _imported(list(map(file_label, paths)), files, settled, negative=negative, schema_beside=schema_beside)


def _read(paths: Sequence[str], wish: InputWish) -> list[TargetFile]:
    """All files. Errors: TargetError with the mistakes of all."""
    files: list[TargetFile] = []
    problems: list[str] = []
    budget = PortBudget()
    for path in paths:
        try:
            file = read_targets(path, wish)
            for entry in file.entries:
                budget.spend(entry.ports)
        except TargetError as error:
            problems += error.problems
            if len(problems) >= ENOUGH_WORDS:
                break
        else:
            files.append(file)
    if problems:
        raise TargetError(*problems)
    return files


def _imported(
    labels: Sequence[str],
    files: Sequence[TargetFile],
    ports: tuple[int, ...] | None,
    *,
    negative: bool,
    schema_beside: bool,
) -> ImportedList:
    left_out = [f"{item.where}: {item.what}" for file in files for item in file.left_out]
    warnings = _warnings(files)
    excludes = [exclude for file in files for exclude in file.excludes]
    titles = labels if len(files) > 1 else [""]
    parts = [FileEntries(title, file.entries) for title, file in zip(titles, files, strict=True)]
    entries = [entry for file in files for entry in file.entries]
    added = beside(entries, excludes, ports) if negative else Beside([], [])
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


def _warnings(files: Sequence[TargetFile]) -> list[str]:
    """Those of all files, but for the one on what was left out: that is told item by item."""
    found: dict[str, None] = {}
    for file in files:
        in_short = left_out_in_short(file.left_out) if file.left_out else ""
        found.update((warning, None) for warning in file.warnings if warning != in_short)
    return list(found)
