"""What one stored report says of its scan, checked, as what every report is told at its end (`ScanInfo`).

A report's `scan` part was written by anybody, and formats rely on what they are told: that times are times, that
`silent_hosts` and `explain` look as ours do, that no number is infinite. What is otherwise is a UsageError.
"""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from scanner.errors import UsageError
from scanner.reports.converting.rows_told import RowsTold
from scanner.reports.reading import StoredReport
from scanner.reports.reading.report_row import time_of
from scanner.reports.reading.text_lines import place_of
from scanner.reports.report import ScanInfo
from scanner.words.plain import plain

_DEEPEST = 50
#: What is told by itself, or holds only where the report lies (a database numbers its scans).
_NOT_KEPT = (*ScanInfo.__slots__, "id")
_NUMBER, _TEXT, _WHOLE, _TRUTH = "a number", "a text on one line", "a whole number", "true or false"
_TEXTS, _NUMBERS, _WORDS = "texts", "whole numbers", "a text"  # texts of others are made plain where they are shown
_GROUP = {
    "targets": _WHOLE, "traced": _WHOLE, "state": _TEXT, "reason": _TEXT, "at": [None, _TEXT],
    "address": [None, _TEXT], "hop": [None, _WHOLE],
}  # fmt: skip
#: What groups of this version have besides, and each witness.
_NEWER = {"key": _TEXT, "unmet": _WHOLE, "entries": _TEXTS, "more_entries": [None, _WHOLE]}
_WITNESS = {
    "address": _TEXT, "targets": _WHOLE, "ports": _NUMBERS, "witness": _TEXT, "port": [None, _WHOLE],
    "state": [None, _TEXT], "reason": [None, _TEXT], "doubt": [None, _TEXT], "asked": _NUMBERS,
}  # fmt: skip
_NEWER_WITNESS = {
    "silent": _NUMBERS, "unheard": _NUMBERS, "more_silent": _TRUTH, "late": _NUMBERS, "silence_doubt": [None, _TEXT],
}  # fmt: skip
#: What entries need of which some targets are enough, and what is known of each source of a joined report.
_NEED = {"label": _WORDS, "name": [None, _WORDS], "count": _WHOLE, "addresses": _TEXT}
_SOURCE = {"vantage": [None, _WORDS]}
_EXPECTED = {
    "list_digest": ([None, _WORDS], "a text"), "version": ([None, _WORDS], "a text"),
    "shard": ([None, _TEXT], "a part such as 2/3"),
}  # fmt: skip


def info_of(report: StoredReport, told: RowsTold, only: str = "") -> ScanInfo:
    """What `report`, whose rows were all read, says of its scan; `told` by its rows. `only`: which of them are kept, as
    the option of that name says it. Its counts are left empty.

    Raises UsageError with the file where that is not as scanner writes it.
    """
    said = report.scan
    try:
        _check_values(said, 0)
        options, warnings = said.get("options") or {}, said.get("warnings") or []
        _check(isinstance(options, dict), "options", "an object")
        _check(isinstance(warnings, list) and all(isinstance(each, str) for each in warnings), "warnings", "texts")
        _check(isinstance(said.get("vantage") or "", str), "vantage", "a text")
        _check(isinstance(options.get("only") or "", str), "options.only", "a text")
        _check_shapes(said)
        started, finished = (_time(said, key) for key in ("started", "finished"))
        elapsed_s = _seconds(said)
    except ValueError as error:
        raise UsageError(f"{place_of(report.path)}: {error}") from None
    started, finished = started or _real(told.first), finished or _real(told.last)
    return ScanInfo(
        started=started,
        finished=finished,
        elapsed_s=seconds_between(started, finished) if elapsed_s is None else elapsed_s,
        vantage=said.get("vantage") or told.vantage,
        options=options | ({"only": _only(options, only)} if only else {}),
        complete=report.complete,
        says_complete=report.says_complete,
        warnings=warnings,
        extra={key: value for key, value in said.items() if key not in _NOT_KEPT and value != ""},
    )


def seconds_between(started: str | None, finished: str | None) -> float:
    """Of two times; 0 where one is not known."""
    if not started or not finished:
        return 0.0
    return max(0.0, (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds())


def _only(options: Mapping[str, Any], only: str) -> str:
    before = options.get("only")
    return f"{before}; of these {only}" if before else only


def _check(right: bool, key: str, expected: str) -> None:
    if not right:
        raise ValueError(f"scan.{key} is not as scanner writes it; expected {expected}")


def _check_values(value: Any, depth: int) -> None:
    """That JSON can express it again."""
    if depth > _DEEPEST:
        raise ValueError("the scan part is nested too deeply; expected a report")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("the scan part has a number that is too large; expected a report")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            _check_values(each, depth + 1)


def _check_shapes(said: Mapping[str, Any]) -> None:
    """What people are shown of it."""
    for key, (shape, expected) in _EXPECTED.items():
        _check(_fits(said.get(key), shape), key, expected)
    _check(_all_fit(said.get("needs") or [], _NEED), "needs", ", ".join(_NEED))
    _check(_all_fit(said.get("sources") or [], _SOURCE), "sources", "what each of several scans said")
    for source in said.get("sources") or []:
        right = all(_fits(source.get(key), shape) for key, (shape, _) in _EXPECTED.items())
        right = right and isinstance(source.get("options") or {}, dict) and _all_fit(source.get("needs") or [], _NEED)
        _check(right, "sources", "what each of several scans said")
    silent, explained = said.get("silent_hosts"), said.get("explain")
    if silent is not None:
        _check(_fits(silent, {"count": _WHOLE}), "silent_hosts", "count and ranges")
        _check(_all_fit(silent.get("ranges"), _TEXT), "silent_hosts", "count and ranges")
    if explained is not None:
        _check(isinstance(explained, dict) and _all_fit(explained.get("groups", []), _GROUP), "explain", "groups")
        for group in explained.get("groups", []):
            newer = {key: shape for key, shape in _NEWER.items() if key in group}
            _check(_fits(group, newer), "explain.groups", f"the values of {', '.join(newer)}")
        _check(_all_fit(explained.get("witnesses", []), _WITNESS), "explain.witnesses", ", ".join(_WITNESS))
        for witness in explained.get("witnesses", []):
            newer = {key: shape for key, shape in _NEWER_WITNESS.items() if key in witness}
            _check(_fits(witness, newer), "explain.witnesses", f"the values of {', '.join(newer)}")
        _check(_fits(explained.get("more_targets", 0), _WHOLE), "explain.more_targets", _WHOLE)
        _check(_fits(explained.get("complete", True), _TRUTH), "explain.complete", _TRUTH)


def _all_fit(values: Any, shape: Any) -> bool:
    return isinstance(values, list) and all(_fits(value, shape) for value in values)


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(key in value and _fits(value[key], each) for key, each in shape.items())
    if isinstance(shape, list):
        return any(value is None if each is None else _fits(value, each) for each in shape)
    if shape in (_TEXTS, _NUMBERS):
        kind = str if shape == _TEXTS else int
        return isinstance(value, list) and all(type(each) is kind for each in value)
    if shape == _WORDS:
        return isinstance(value, str)
    if shape == _TEXT:
        return isinstance(value, str) and plain(value) == value
    return type(value) in {_NUMBER: (int, float), _WHOLE: (int,), _TRUTH: (bool,)}[shape]


def _seconds(said: Mapping[str, Any]) -> float | None:
    value = said.get("elapsed_s")
    _check(value is None or (_fits(value, _NUMBER) and value >= 0), "elapsed_s", "seconds")
    return value


def _time(said: Mapping[str, Any], key: str) -> str | None:
    value = said.get(key)
    expected = "a time such as 2026-01-31T12:00:00.000Z"
    _check(value is None or isinstance(value, str), key, expected)
    try:
        time = time_of(value or "")
        found = _real(time)
    except ValueError:
        time, found = "x", None
    _check(found == (time or None), key, expected)
    return found


def _real(time: str) -> str | None:
    """The time, if there is such a day and hour."""
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return None
    return time
