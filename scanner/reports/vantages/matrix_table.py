"""A matrix for people. Where the window has room for a column for each vantage, that is what it is; else a block for
each target, with what was seen and the vantages that saw it: many vantages, and long reasons, stay readable."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from scanner.reports.layout import Columns, Row
from scanner.reports.painted import Look, columns, widest
from scanner.reports.phrases import PortSet, target_text
from scanner.reports.reading import StoredReport
from scanner.reports.reading.text_lines import place_of
from scanner.reports.vantages.cell_words import by_wording, cell_style, cell_text, unmet_text
from scanner.reports.vantages.matrix import KINDS, LineKind, VantageMatrix, View
from scanner.reports.vantages.matrix_lines import JoinedLine, joined_lines
from scanner.reports.vantages.sightings import SeenRows
from scanner.words.shown_text import many

_ROOM_FOR_PORTS = 40
#: Nobody reads more.
_MOST_LINES = 10_000
_GAP = 2
_INDENT = "    "
#: So many vantages are named in a line of the summary.
_NAMED = 8


def matrix_table(matrix: VantageMatrix, look: Look, only: Collection[LineKind] = KINDS) -> Iterator[str]:
    """The reports, and the table."""
    for report, rows in zip(matrix.reports, matrix.sightings.rows, strict=True):
        yield from look.folded(_report_text(report, rows, matrix, look))
    lines = joined_lines(matrix, only)
    if not lines:
        return
    untold = len(lines) - _MOST_LINES
    del lines[_MOST_LINES:]
    yield ""
    shown = _ShownMatrix(
        [look.text(name) for name in matrix.names],
        [_shown_line(line, ports, look) for line, ports in lines],
        matrix.lenient(),
        look,
    )
    yield from (_columns if shown.width <= look.width else _blocks)(shown)
    if untold > 0:
        yield from look.folded(f"and {untold:,} lines more; csv and json (-f, -o) have them all")


def matrix_summary(matrix: VantageMatrix) -> str:
    """`12 targets from 3 vantages: 2 differ, 1 not as expected; not scanned: 1 from nyc`."""
    counts = matrix.counts
    vantages = many(len(matrix.vantages), "vantage")
    said = [f"{counts[LineKind.DIFFER]:,} {'differs' if counts[LineKind.DIFFER] == 1 else 'differ'} between them"]
    if not counts[LineKind.DIFFER]:
        said = ["none differs between them"] if len(matrix.vantages) > 1 else []
    if counts[LineKind.UNMET]:
        said.append(f"{counts[LineKind.UNMET]:,} not as expected")
    lacking = Counter[str]()
    if counts[LineKind.PARTIAL]:
        for line in matrix.lines((LineKind.PARTIAL,)):
            lacking.update(name for name, seen in zip(matrix.names, line.view.seen, strict=True) if not seen)
        told = [f"{count:,} from {name}" for name, count in lacking.most_common(_NAMED)]
        more = len(lacking) - len(told)
        said.append(f"not scanned: {', '.join(told)}{f' and {more:,} more vantages' if more else ''}")
    if counts["unjudged"]:
        said.append(f"{counts['unjudged']:,} not judged")
    if matrix.missing:
        said.append("rows are missing")
    if not said and counts["lines"]:
        said.append("all as expected" if counts["expected"] else "nothing is expected of them")
    return ": ".join(filter(None, (f"{many(counts['lines'], 'target')} from {vantages}", "; ".join(said))))


def _report_text(report: StoredReport, rows: int, matrix: VantageMatrix, look: Look) -> str:
    names = [each.name for each in matrix.vantages if report in each.reports]
    shown = ", ".join(look.text(name) for name in names[:_NAMED]) or "no vantage"
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    said = [many(rows, "row")]
    if isinstance(started := report.scan.get("started"), str):
        said.append(f"started {look.text(started)}")
    if not report.complete:
        said.append("not finished")
    return f"{shown}{more}: {look.text(place_of(report.path))} ({', '.join(said)})"


class _ShownLine(NamedTuple):
    """`head`: what is the matter, the name, the target. `cells`: what was `seen` by each vantage, in words."""

    head: tuple[str, str, str]
    cells: list[str]
    seen: Sequence[SeenRows]

    @property
    def head_styles(self) -> tuple[str, str, str]:
        """The colours of the head."""
        return "bad" if self.head[0].startswith(LineKind.UNMET) else "", "", ""


class _ShownMatrix(NamedTuple):
    """What both layouts need: the vantages' names, the lines, and how expectations are judged."""

    names: list[str]
    lines: list[_ShownLine]
    lenient: bool
    look: Look

    @property
    def width(self) -> int:
        """The columns that a table of columns takes."""
        cells = zip(*(line.cells for line in self.lines), strict=True)
        seen = [max(columns(name), widest(each)) for name, each in zip(self.names, cells, strict=True)]
        widths = [*map(widest, zip(*(line.head for line in self.lines), strict=True)), *seen]
        return sum(width + _GAP for width in widths if width) - _GAP


def _shown_line(line: JoinedLine, ports: PortSet, look: Look) -> _ShownLine:
    target = target_text(look.text(line.host), ports.text(look, _ROOM_FOR_PORTS))
    if line.address:
        target += f" ({look.text(line.address)})"
    head = kind_text(line.view), look.text(line.name), target
    return _ShownLine(head, [cell_text(seen, look) for seen in line.view.seen], line.view.seen)


def kind_text(view: View) -> str:
    """What is the matter: `unmet, differ`, `agree`; empty where a single vantage has nothing to agree with."""
    told = [kind for kind in view.kinds if kind is not LineKind.PARTIAL] or view.kinds
    return ", ".join(told) or ("agree" if len(view.seen) > 1 else "")


def _columns(matrix: _ShownMatrix) -> Iterator[str]:
    names = matrix.names
    rows = []
    for line in matrix.lines:
        said = [unmet_text(seen, lenient=matrix.lenient) for seen in line.seen]
        expected = (f"{text} from {_from(who, names)}" for text, who in by_wording(said, names).items() if text)
        styles = (*line.head_styles, *map(cell_style, line.seen))
        rows.append(Row((*line.head, *line.cells), "; ".join(expected), styles, "bad"))
    table = Columns(rows, matrix.look, head=Row(("", "NAME", "TARGET", *names)))
    yield from table.head()
    for row in rows:
        yield from table.lines(row)


def _blocks(matrix: _ShownMatrix) -> Iterator[str]:
    names, look = matrix.names, matrix.look
    rows = [Row(line.head, "", line.head_styles) for line in matrix.lines]
    table = Columns(rows, look, cut=1)
    for row, line in zip(rows, matrix.lines, strict=True):
        yield from table.lines(row)
        whole = [
            _with_expected(text, seen, lenient=matrix.lenient) for text, seen in zip(line.cells, line.seen, strict=True)
        ]
        styles = dict(zip(whole, map(cell_style, line.seen), strict=True))
        for text, who in by_wording(whole, names).items():
            for part in look.folded(f"{text} from {_from(who, names)}", _INDENT, _INDENT + "  "):
                margin = part[: len(part) - len(part.lstrip())]
                yield margin + look.paint(part[len(margin) :], styles[text])


def _with_expected(text: str, seen: SeenRows, *, lenient: bool) -> str:
    expected = unmet_text(seen, lenient=lenient)
    return f"{text}, {expected}," if expected else text


def _from(who: Sequence[str], names: Sequence[str]) -> str:
    """Those vantages, or how many there are where it is all of several."""
    return f"all {len(names):,}" if len(who) == len(names) > 2 else ", ".join(who)
