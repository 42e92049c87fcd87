"""A matrix for programs and tickets: CSV with a column for each vantage, JSON with all that was seen, a Markdown table.
Texts in pieces, so that a large one is never whole."""

from collections.abc import Collection, Iterator
from typing import Any

from scanner.reports.comparing.seen_targets import RowOutcome, own_address
from scanner.reports.csv_report import free_text, quote
from scanner.reports.json_report import encode
from scanner.reports.markdown_text import MarkdownTable, code
from scanner.reports.painted import Look
from scanner.reports.phrases import target_text
from scanner.reports.vantages.cell_words import whole_text
from scanner.reports.vantages.matrix import KINDS, LineKind, MatrixLine, VantageMatrix
from scanner.reports.vantages.matrix_lines import joined_lines
from scanner.reports.vantages.matrix_table import kind_text, matrix_summary
from scanner.reports.vantages.sightings import SeenRows

SCHEMA = "scanner-matrix/1"
#: The columns in front of those of the vantages.
MATRIX_FIELDS = ("name", "host", "address", "port", "unmet", "differ")
#: GitHub shows at most 1 MiB of a step's summary; this leaves room for the words around.
_MOST_MARKDOWN = 900_000


def csv_matrix(matrix: VantageMatrix, only: Collection[LineKind] = KINDS) -> Iterator[str]:
    """A row for each target, a column `from NAME` for each vantage; free text is neutralised as in reports."""
    lenient = matrix.lenient()
    yield ",".join([*MATRIX_FIELDS, *(free_text(f"from {name}") for name in matrix.names)]) + "\n"
    for line in matrix.lines(only):
        told = (_truth(kind in line.view.kinds) for kind in (LineKind.UNMET, LineKind.DIFFER))
        cells = (quote(whole_text(seen, lenient=lenient)) for seen in line.view.seen)
        where = free_text(line.name), quote(line.host), _address(line), str(line.port)
        yield ",".join([*where, *told, *cells]) + "\n"


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _address(line: MatrixLine) -> str:
    """That of all rows of the line, or empty where these differ."""
    alone = not any(address for seen in line.view.seen for address, _ in seen)
    return line.view.address or (own_address(line.host) if alone else "")


def json_matrix(matrix: VantageMatrix, only: Collection[LineKind] = KINDS) -> Iterator[str]:
    """One document: `schema`, `vantages`, `reports`, `missing`, `counts`, `targets`, whose `from` has the rows by
    vantage, none where it was not scanned."""
    counts = matrix.counts
    head = {
        "schema": SCHEMA,
        "vantages": matrix.names,
        "reports": [
            {"path": report.path, "rows": rows, "complete": report.complete, "started": report.scan.get("started"),
             "vantages": [each.name for each in matrix.vantages if report in each.reports]}
            for report, rows in zip(matrix.reports, matrix.sightings.rows, strict=True)
        ],
        "missing": matrix.missing,
        "counts": {"targets": counts["lines"], **{kind: counts[kind] for kind in (*map(str, KINDS), "unjudged")}},
    }  # fmt: skip
    yield encode(head)[:-1] + ', "targets": [\n'
    for at, line in enumerate(matrix.lines(only)):
        kinds = line.view.kinds
        told = {
            "name": line.name or None, "host": line.host, "address": _address(line) or None, "port": line.port,
            "unmet": LineKind.UNMET in kinds, "differ": LineKind.DIFFER in kinds,
            "from": {name: _rows(seen, line) for name, seen in zip(matrix.names, line.view.seen, strict=True)},
        }  # fmt: skip
        yield (",\n" if at else "") + encode(told)
    yield "\n]}\n"


def _rows(seen: SeenRows, line: MatrixLine) -> list[dict[str, Any]]:
    common = _address(line)
    return [{"address": address or common or None, **_outcome(outcome)} for address, outcome in seen]


def _outcome(outcome: RowOutcome) -> dict[str, Any]:
    return {field: None if value == "" else value for field, value in outcome._asdict().items()}


def markdown_matrix(matrix: VantageMatrix, only: Collection[LineKind] = KINDS) -> Iterator[str]:
    """A summary, and the table as people read it, ports and hosts joined."""
    yield f"## scanner matrix\n\n{code(matrix_summary(matrix))}\n\n"
    lenient, look = matrix.lenient(), Look()
    rows = []
    for line, ports in joined_lines(matrix, only):
        target = target_text(line.host, ports.text(look))
        target += f" ({line.address})" if line.address else ""
        cells = (code(whole_text(seen, lenient=lenient)) for seen in line.view.seen)
        rows.append((kind_text(line.view), code(line.name), code(target), *cells))
    if not rows:
        return
    table = MarkdownTable(("what", "name", "target", *(f"from {code(name)}" for name in matrix.names)), rows)
    yield table.head
    left = _MOST_MARKDOWN
    for at, row in enumerate(rows):
        text = table.line(row)
        left -= len(text.encode("utf-8", "backslashreplace"))
        if left < 0:
            yield f"\n... and {len(rows) - at:,} lines more\n"
            break
        yield text
