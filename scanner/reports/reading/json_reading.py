"""JSON and JSONL reports read back: checked rows; of a JSON document also what it says of its scan.

A row is an object with the report's fields, in any order, and the key `group` where it was explained. A field that this
version does not know is an error, not something to drop: it comes from a newer version, and what is made of the row
would lose it.
"""

import json
from collections.abc import Callable, Iterator
from itertools import product
from operator import itemgetter
from typing import Any

from scanner.model import FIELDS
from scanner.reports.json_report import SCHEMA
from scanner.reports.reading.json_values import TOO_MUCH, JsonValues
from scanner.reports.reading.report_row import (
    ReportRow,
    address_in,
    address_of,
    expectation_of,
    missing_fields,
    state_of,
    time_of,
)  # fmt: skip
from scanner.reports.reading.text_lines import TextLines

_BATCH = 1024
_VALUES = itemgetter(*FIELDS)
_NONE = type(None)
#: What each field may be in JSON.
_TYPES: dict[type, tuple[type, ...]] = {
    str: (str, _NONE),
    int: (int, _NONE),
    float: (int, float, _NONE),
    bool: (bool, _NONE),
    list: (list, _NONE),
}
#: What the types of port, rtt_ms, attempts, met, tags and lost_syns may be together.
_RIGHT = frozenset(
    product(*(_TYPES[FIELDS[field]] for field in ("port", "rtt_ms", "attempts", "met", "tags", "lost_syns")))
)
_LARGEST_PORT = 65_535
#: More milliseconds, attempts or SYNs than any row has; infinity and what is no number (NaN) are beyond it, too.
_MOST = 10**9
_new = tuple.__new__  # a named tuple's own takes three times as long


def jsonl_rows(lines: TextLines) -> Iterator[list[ReportRow]]:
    """The rows in batches, one from each line. Raises ValueError without the place, which is the last line read."""
    rows: list[ReportRow] = []
    for line in lines:
        if not lines.whole:
            raise ValueError("the last line has no end: the report was cut off here")
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"not JSON: {getattr(error, 'msg', TOO_MUCH)}; expected one row") from None
        rows.append(row_of(value))
        if len(rows) >= _BATCH:
            yield rows
            rows = []
    yield rows


def json_rows(values: JsonValues, tell: Callable[[dict[str, Any]], None]) -> Iterator[list[ReportRow]]:
    """The rows in batches; `tell` is given the `scan` part when it comes, at the end or before the rows.

    Raises ValueError without the place.
    """
    rows: list[ReportRow] = []
    seen: set[str] = set()
    for key, value in values.members("results"):
        seen.add(key)
        if key == "results":
            rows.append(row_of(value))
            if len(rows) >= _BATCH:
                yield rows
                rows = []
        elif key == "schema":
            if value != SCHEMA:
                raise ValueError(f"its schema is {value!r}, maybe of a newer version; this one reads {SCHEMA!r}")
        elif key == "scan" and isinstance(value, dict):
            tell(value)
        else:
            raise ValueError(f"the key {key!r} is not one of a report; expected schema, results, scan")
    if "schema" not in seen:
        raise ValueError(f'there is no "schema": "{SCHEMA}"; expected a report of scanner')
    if "scan" not in seen:
        raise ValueError("there is no key 'scan'; expected a whole report")
    yield rows


def row_of(value: Any) -> ReportRow:
    """The row that a JSON object stands for; ValueError for any other value."""
    if not isinstance(value, dict):
        raise ValueError(f"expected an object with the fields of a row, not {type(value).__name__}")
    group = value.pop("group", "") or ""
    try:
        values = _VALUES(value)
    except KeyError:
        values = _given(value)
    else:
        if len(value) != len(FIELDS):
            values = _given(value)
    (
        name, host, address, port, service, state, reason, icmp_from, rtt_ms, attempts, expect, met, tags, vantage,
        time, source, doubt, lost_syns,
    ) = values  # fmt: skip
    texts = (
        name or "", host or "", address or "", service or "", state or "", reason or "", icmp_from or "", expect or "",
        vantage or "", time or "", source or "", doubt or "", group,
    )  # fmt: skip
    try:
        "".join(texts)  # the quickest way to see that all of them are texts
    except TypeError:
        _check_types(values)
        raise ValueError(f"group is {json.dumps(group)[:60]}; expected str or null") from None
    if (type(port), type(rtt_ms), type(attempts), type(met), type(tags), type(lost_syns)) not in _RIGHT:
        _check_types(values)
    if not 0 <= (port or 0) <= _LARGEST_PORT:
        raise ValueError(f"port is {port}; expected 0 to {_LARGEST_PORT}")
    if not (0 <= (rtt_ms or 0) < _MOST and 0 <= (attempts or 0) < _MOST and 0 <= (lost_syns or 0) < _MOST):
        raise ValueError(f"a number of the row is not from 0 to {_MOST:,}; expected rtt_ms, attempts, lost_syns")
    name, host, address, service, state, reason, icmp_from, expect, vantage, time, source, doubt, group = texts
    return _new(
        ReportRow,
        (
            name, host, address_of(address), port or 0, service, state_of(state), reason, icmp_from, rtt_ms,
            attempts or 0, expectation_of(expect), met, _tags(tags) if tags else (), vantage, time_of(time), source,
            doubt, lost_syns or 0, group,
        ),
    )  # fmt: skip


def _given(value: dict[str, Any]) -> tuple[Any, ...]:
    """The values of a row that lacks fields (an older version, or chosen ones)."""
    if unknown := [field for field in value if field not in FIELDS]:
        raise ValueError(f"the field {unknown[0]!r} is not one of a row; maybe a newer version of scanner wrote it")
    if missing := missing_fields(value):
        raise ValueError(f"the row has no {missing}: that is not enough to tell whose state it is")
    if "address" not in value and isinstance(value["host"], str):
        value = value | {"address": address_in(value["host"])}
    return tuple(value.get(field) for field in FIELDS)


def _check_types(values: tuple[Any, ...]) -> None:
    for (field, kind), value in zip(FIELDS.items(), values, strict=True):
        if type(value) not in _TYPES[kind]:
            raise ValueError(f"{field} is {json.dumps(value)[:60]}; expected {kind.__name__} or null")


def _tags(tags: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(tag, str) for tag in tags):
        raise ValueError("tags are a list of texts")
    return tuple(tags)
