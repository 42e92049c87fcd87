"""Our own reports as target lists: what a scan found open is expected open by the next.

CSV, JSON and JSONL are read here, the columns that say what to probe and no others (docs/fields.md); reading reports in
full is the business of `diff`. Of a name that was open at some of its addresses only, these addresses are the targets:
as a name it would be expected open at all of them. Our XML is nmap's, and `list` is plain text: both are read as that.
What people or other programs read (a database, HTML, Markdown, JUnit, Prometheus) is known by how it begins, and told
what to give instead.
"""

import csv
import io
import re
from typing import Any, NamedTuple

from scanner.model import FIELDS, State
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.found_open import FoundOpen
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.json_text import JsonText, first_record
from scanner.words.formulas import restore
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, shown

_SCHEMA = re.compile(r'"schema"\s*:\s*"scanner-report/')
_END = 64 * 1024
_INSTEAD = "write a report that can be read back: scanner scan ... -o FILE.json (or .jsonl, .csv)"
#: How reports begin that say too little, or say it to people; and what they are.
_OTHERS = (
    (re.compile(r'<\?xml[^>]*>\s*<testsuites name="scanner"'), "a JUnit report"),
    (re.compile(r"(?i)<!doctype html|<html"), "an HTML page"),
    (re.compile(r"# HELP (?:probe_success|scanner_)"), "a Prometheus report"),
    (re.compile(r"# [^\n]*targets?[^\n]*\n\n[0-9,]+ targets?: "), "a Markdown report"),
    (re.compile(r"(?:NAME +)?(?:TARGET|HOST) +(?:[A-Z]+ +)*STATE +[A-Z]"), "a table for people"),
)
_SQLITE = b"SQLite format 3\0"
_STATES = frozenset(State)
_DELIMITERS = ",;\t"
_EXPECTED = f"expected {', '.join(State)}; for a table of your own, write --input-format csv"


def looks_like_report(source: InputText) -> bool:
    """Whether it is any report of ours but XML and `list`."""
    if source.data.startswith(_SQLITE):
        return True
    beginning = source.beginning
    if beginning.startswith("{"):
        return _is_json(source) or _is_row(first_record(beginning))
    return bool(_other(beginning)) or bool(_delimiter(beginning))


def read_report(source: InputText, wish: InputWish) -> TargetFile:
    """The rows whose state is open. Errors: TargetError with every mistake."""
    if source.data.startswith(_SQLITE):
        path = source.path if source.path.isprintable() and " " not in source.path and source.path != "-" else "FILE.db"
        source.problems.fail(1, 1, f"the file is a database; write scanner convert {path} -o FILE.json, and give that")
    if what := _other(source.beginning):
        source.problems.fail(1, 1, f"the file is {what}, which is not read back; {_INSTEAD}")
    rows = _OpenRows(FoundOpen(source, wish, numeric=False))
    with no_collection():
        if not source.beginning.startswith("{"):
            _read_csv(source, rows)
        elif _is_json(source):
            _read_json(source, rows)
        else:
            for place, row in JsonText(source.text, source.problems).records():
                rows.take(place, row)
    return rows.finish()


def _is_json(source: InputText) -> bool:
    """Whatever sorts the keys puts the schema to the end."""
    beginning = source.beginning
    if not beginning.startswith("{"):
        return False
    return bool(_SCHEMA.search(beginning) or ('"results"' in beginning and _SCHEMA.search(source.text[-_END:])))


def _is_row(record: dict[str, Any]) -> bool:
    keys = record.keys()
    return {"state", "port"} <= keys and bool(keys & {"host", "address"}) and keys <= FIELDS.keys() | {"group"}


def _other(beginning: str) -> str:
    return next((what for form, what in _OTHERS if form.match(beginning)), "")


def _delimiter(beginning: str) -> str:
    """What stands between the columns of our header line; empty where it is none of ours."""
    head = beginning.partition("\n")[0]
    for delimiter in _DELIMITERS:
        columns = [column.strip().strip('"') for column in head.split(delimiter)]
        if _is_row(dict.fromkeys(columns)) and len(set(columns)) == len(columns):
            return delimiter
    return ""


def _read_csv(source: InputText, rows: "_OpenRows") -> None:
    skipped = len(source.text) - len(source.text.lstrip())
    first = source.text.count("\n", 0, skipped)
    delimiter = _delimiter(source.beginning)
    if not delimiter:
        source.problems.fail(first + 1, 1, f"this is not the header of a report (host,port,state, ...); {_INSTEAD}")
    reader = csv.reader(io.StringIO(source.text[skipped:]), delimiter=delimiter, strict=True)
    try:
        head = [column.strip() for column in next(reader, [])]
        line = reader.line_num
        for cells in reader:
            place, line = Scalar(first + line + 1, 1, ""), reader.line_num
            if len(cells) == len(head):
                row: dict[str, Any] = dict(zip(head, cells, strict=True))
                row["name"] = restore(row.get("name") or "")
                row["tags"] = [restore(tag) for tag in (row.get("tags") or "").split(";") if tag]
                rows.take(place, row)
            elif cells:
                text = f"the row has {len(cells)} cells, and the header {len(head)}; give the report as it was written"
                rows.found.wrong(place, text)
    except csv.Error as error:
        source.problems.fail(first + reader.line_num, 1, f"not CSV ({error}); give the report as it was written")
    if not source.text.endswith("\n"):
        source.problems.fail(first + reader.line_num, 1, "the last line has no end: the report was cut off here")


def _read_json(source: InputText, rows: "_OpenRows") -> None:
    for key, place, value in JsonText(source.text, source.problems).members("results"):
        if key == "results":
            rows.take(place, value)
        elif key == "scan" and isinstance(value, dict) and value.get("complete") is False:
            rows.found.warn("the scan did not come to its end: what it did not reach is not in its report")


class _OpenRow(NamedTuple):
    """A row whose port is open. Text that is absent is empty."""

    place: Scalar
    host: str
    address: str
    port: str
    name: str
    tags: tuple[str, ...]


class _OpenRows:
    """Takes the rows that are open."""

    def __init__(self, found: FoundOpen) -> None:
        self.found = found
        self._open: list[_OpenRow] = []
        self._shut: set[tuple[str, str]] = set()

    def take(self, place: Scalar, row: Any) -> None:
        """One row, by its fields; text that is absent is empty or None."""
        if not isinstance(row, dict):
            self.found.wrong(place, "this is not a row of a report; expected an object with host, port and state")
            return
        host, address, state = (_text(row.get(field)) for field in ("host", "address", "state"))
        port, tags = str(row.get("port")), row.get("tags")
        if state not in _STATES:
            self.found.wrong(place, f"{shown(str(row.get('state')))} is not a state; {_EXPECTED}")
        elif self.found.is_open(place, port, "tcp", state):
            told = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
            self._open.append(_OpenRow(place, host, address, port, _text(row.get("name")), told))
        elif address:
            self._shut.add((host, port))

    def finish(self) -> TargetFile:
        """All of them. Errors: TargetError with every mistake, or where nothing was open."""
        partly = set()
        for place, host, address, port, name, tags in self._open:
            target = host or address
            if address and (host, port) in self._shut and address != host:
                partly.add((host, port))
                target, name = address, name or host
            self.found.add(place, target, (port,), name=name, tags=tags)
        if partly:
            told = f"{many(len(partly), 'port')} open at some addresses of a name only"
            self.found.warn(f"{told}: these addresses are taken, not the name")
        return self.found.finish()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
