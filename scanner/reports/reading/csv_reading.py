"""A CSV report read back: checked rows, by the header's columns.

Columns may be in any order, and may be left out, as long as they say whose state it is. What spreadsheets do to a CSV
is borne: a byte order mark, CR LF, TRUE for true.
"""

import csv
from collections.abc import Callable, Iterator

from scanner.model import FIELDS
from scanner.reports.reading.report_row import (
    FROM_TEXT,
    ReportRow,
    address_in,
    address_of,
    attempts_of,
    expectation_of,
    free_text_of,
    lost_syns_of,
    met_of,
    missing_fields,
    port_of,
    rtt_of,
    state_of,
    tags_of,
    time_of,
)  # fmt: skip
from scanner.reports.reading.text_lines import TextLines

_BATCH = 1024
_HEAD = list(FIELDS)
_Maker = Callable[[list[str]], ReportRow]


def csv_rows(lines: TextLines) -> Iterator[list[ReportRow]]:
    """The rows in batches. Raises ValueError without the place, which is the last line that was read."""
    reader = csv.reader(lines, strict=True)
    try:
        head = next(reader, [])
        make = _usual if head == _HEAD else _chosen(head)
        rows: list[ReportRow] = []
        for cells in reader:
            if len(cells) != len(head):
                raise ValueError(_miscounted(cells, head))
            rows.append(make(cells) if cells != head else _second_head())
            if len(rows) >= _BATCH:
                yield rows
                rows = []
    except csv.Error as error:
        raise ValueError(f"{error}; expected a CSV report") from None
    if not lines.whole:
        raise ValueError("the last line has no end: the report was cut off here")
    yield rows


def _usual(cells: list[str]) -> ReportRow:
    """A row that has all fields in their order: nearly every one."""
    (
        name, host, address, port, service, state, reason, icmp_from, rtt_ms, attempts, expect, met, tags, vantage,
        time, source, doubt, lost_syns,
    ) = cells  # fmt: skip
    return ReportRow(
        free_text_of(name),
        host,
        address_of(address),
        port_of(port),
        service,
        state_of(state),
        reason,
        icmp_from,
        rtt_of(rtt_ms),
        attempts_of(attempts),
        expectation_of(expect),
        met_of(met),
        tags_of(tags),
        free_text_of(vantage),
        time_of(time),
        source,
        doubt,
        lost_syns_of(lost_syns),
    )


def _chosen(head: list[str]) -> _Maker:
    """For a header with other columns than usual."""
    unknown = [field for field in head if field not in FIELDS]
    if unknown and head[: len(_HEAD)] == _HEAD:
        raise ValueError(f"the columns {', '.join(map(repr, unknown))} are of a newer version of scanner")
    if unknown or not head:
        raise ValueError(
            "expected a report that can be read back: csv (its header line: name,host,address,port,service,state,...), "
            "json, jsonl or db"
        )
    if len(set(head)) < len(head):
        raise ValueError("the header names a column twice")
    if missing := missing_fields(head):
        raise ValueError(f"the header has no {missing}: that is not enough to tell whose state it is")
    columns = [(field, FROM_TEXT[field]) for field in head]

    def make(cells: list[str]) -> ReportRow:
        row = ReportRow(**{field: read(cell) for (field, read), cell in zip(columns, cells, strict=True)})
        return row if "address" in head else row._replace(address=address_in(row.host))

    return make


def _miscounted(cells: list[str], head: list[str]) -> str:
    if not cells:
        return "an empty line; expected a row"
    return f"{len(cells)} fields, where the header has {len(head)}"


def _second_head() -> ReportRow:
    raise ValueError("a second header line: two reports in one file; give each as a file of its own")
