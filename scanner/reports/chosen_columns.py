"""CSV and JSONL with chosen fields in a chosen order (`--fields`), each spelled as the full report spells it.

The full reports write a row by one template over texts that several fields share. Here nobody knows beforehand which
fields stand side by side, so a batch is spelled column by column, in loops of C's where that can be, and its rows are
joined at the end. Texts that repeat are spelled once.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from scanner.model import Result
from scanner.reports.csv_report import free_text, quote
from scanner.reports.json_report import encode, text_value
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import Streamed
from scanner.services import service_name

#: How many texts of a column are kept ready.
_KEPT = 4096
#: A field's texts for a batch of results.
Column = Callable[[list[Result]], Iterable[str]]
#: How a value is spelled.
_Spell = Callable[[Any], str]

_TEXTS = {
    "address": "place.address", "state": "state", "reason": "reason", "icmp_from": "icmp_from",
    "expect": "request.expect", "source": "place.note.source", "doubt": "doubt",
}  # fmt: skip
#: Members of enumerations, whose hash is a function of Python's: looked up as the plain texts that they are.
_OF_FEW_WORDS = ("state", "reason", "doubt")
_FREE_TEXTS = {"name": "request.name", "vantage": "request.vantage"}
_WHOLE_NUMBERS = ("port", "attempts", "lost_syns")


class _Spelled(dict[Any, str]):
    """Values as they are spelled: each once, in a store that is emptied when it is full."""

    def __init__(self, spell: _Spell) -> None:
        self._spell = spell

    def __missing__(self, value: Any) -> str:
        if len(self) >= _KEPT:
            self.clear()
        spelled = self[value] = self._spell(value)
        return spelled


def _column(field: str, lead: str, text: _Spell, free: _Spell, tags: _Spell, nothing: str) -> Column:
    """How a field is spelled, with `lead` before each. `text` spells a text, `free` one that a user chose, `nothing` is
    an absent number or truth."""
    if field == "rtt_ms":
        nothing = lead + nothing
        return lambda results: [nothing if each.rtt_ms is None else f"{lead}{each.rtt_ms:.3f}" for each in results]
    if field == "time":  # hardly one repeats: they are not kept
        return lambda results: [lead + text(each.time) for each in results]
    if field in _TEXTS or field == "host":
        texts = _Spelled(lambda value: lead + text(value)).__getitem__
        if field == "host":
            return lambda results: [texts(each.request.host or each.place.address) for each in results]
        get = attrgetter(_TEXTS[field])
        if field in _OF_FEW_WORDS:
            return lambda results: map(texts, map(str.__str__, map(get, results)))
        return lambda results: map(texts, map(get, results))
    spelled_so: dict[str, tuple[_Spell, str]] = {
        **{name: (free, path) for name, path in _FREE_TEXTS.items()},
        **{name: (str, name) for name in _WHOLE_NUMBERS},
        "service": (lambda port: text(service_name(port)), "port"),
        "met": (lambda met: nothing if met is None else "true" if met else "false", "met"),
        "tags": (tags, "request.tags"),
    }
    spell, path = spelled_so[field]
    values, get = _Spelled(lambda value: lead + spell(value)).__getitem__, attrgetter(path)
    return lambda results: map(values, map(get, results))


class ChosenCsvReport(Streamed):
    """Results as CSV rows of `fields`."""

    def __init__(self, outlet: Outlet, fields: Sequence[str]) -> None:
        self._fields = fields
        self._columns = [_column(field, "", quote, free_text, _csv_tags, "") for field in fields]
        super().__init__(outlet)

    def head(self) -> str:
        return ",".join(self._fields) + "\n"

    def rows(self, results: list[Result]) -> str:
        columns = [column(results) for column in self._columns]
        if len(columns) == 1:  # an empty line would be no row (RFC 4180 leaves that open; csv.writer quotes it too)
            return "\n".join(text or '""' for text in columns[0]) + "\n"
        return "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


class ChosenJsonlReport(Streamed):
    """Results as JSON objects with `fields`, one per line."""

    def __init__(self, outlet: Outlet, fields: Sequence[str]) -> None:
        self._columns = [_column(field, f'"{field}": ', text_value, text_value, _json_tags, "null") for field in fields]
        super().__init__(outlet)

    def rows(self, results: list[Result]) -> str:
        columns = [column(results) for column in self._columns]
        return "{" + "}\n{".join(map(", ".join, zip(*columns, strict=True))) + "}\n"


def _csv_tags(tags: tuple[str, ...]) -> str:
    return free_text(";".join(tags))


def _json_tags(tags: tuple[str, ...]) -> str:
    return encode(list(tags))


#: How a flat format is made of chosen fields.
CHOSEN: dict[str, Callable[[Outlet, Sequence[str]], Streamed]] = {"csv": ChosenCsvReport, "jsonl": ChosenJsonlReport}
