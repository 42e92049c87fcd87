"""The formats by name, and the one way to open a report.

A new format is a module next to this one and a line in FORMATS (and in `output_words.FORMAT_NAMES`, with its ending).
Each is imported when it is first asked for: `scanner --help` should not wait for json.
A database has an outlet of its own; everything else writes text to whatever its path asks for.
"""

from collections.abc import Callable, Sequence

from scanner.errors import UsageError
from scanner.reports.field_choice import FLAT
from scanner.reports.outlets.opening import open_outlet
from scanner.reports.outlets.outlet import Outlet, RecordEnd, line_end
from scanner.reports.outlets.output_places import final_path
from scanner.reports.outlets.stop_request import StopRequest
from scanner.reports.output_words import APPENDED, FORMAT_NAMES, is_stdout
from scanner.reports.painted import Look
from scanner.reports.report import Report
from scanner.reports.row_selection import EXPECTING, SelectiveReport


def _csv(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.csv_report import CsvReport

    return CsvReport(outlet)


def _json(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.json_report import JsonReport

    return JsonReport(outlet)


def _jsonl(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.json_report import JsonlReport

    return JsonlReport(outlet)


def _prom(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.prom_report import PromReport

    return PromReport(outlet)


def _md(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.markdown_report import MarkdownReport

    return MarkdownReport(outlet)


def _html(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.html.html_report import HtmlReport

    return HtmlReport(outlet)


def _db(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.db_report import DbReport

    return DbReport(outlet)


def _table(outlet: Outlet, look: Look, command: str) -> Report:
    if command == "sweep":
        from scanner.reports.sweep_table import SweepTable

        return SweepTable(outlet, look)
    from scanner.reports.scan_table import ScanTable

    return ScanTable(outlet, look)


def _xml(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.nmap_xml import NmapReport

    return NmapReport(outlet)


def _junit(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.junit_report import JunitReport

    return JunitReport(outlet)


def _list(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.list_report import ListReport

    return ListReport(outlet)


#: How each format is made: (outlet, look, "scan" or "sweep") -> report.
FORMATS: dict[str, Callable[[Outlet, Look, str], Report]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "xml": _xml,
    "junit": _junit,
    "prom": _prom,
    "md": _md,
    "db": _db,
    "html": _html,
    "list": _list,
}


def record_end_of(fmt: str) -> RecordEnd:
    """What finds the end of a format's last whole row: a row is a line, but not where it may contain line ends."""
    if fmt == "csv":
        from scanner.reports.csv_report import record_end

        return record_end
    if fmt == "xml":
        from scanner.reports import nmap_xml

        return nmap_xml.record_end
    if fmt == "junit":
        from scanner.reports import junit_report

        return junit_report.record_end
    return line_end


def open_outlet_for(fmt: str, path: str, stop: StopRequest | None = None) -> Outlet:
    """Opens `path` for a report of format `fmt`, as `open_outlet` does; a database is opened as one."""
    if fmt == APPENDED:
        from scanner.reports.outlets.db_outlet import DbOutlet

        return DbOutlet(path, final_path(path), stop)
    return open_outlet(path, stop, record_end_of(fmt))


def make_report(
    fmt: str,
    outlet: Outlet,
    path: str,
    *,
    look: Look,
    command: str,
    fields: Sequence[str] = (),
    all_metrics: bool = False,
) -> Report:
    """A report of format `fmt`, one of FORMATS, that writes to `outlet`, which was opened for `path`.

    `look` and `command` ("scan" or "sweep") matter only to the table; a file has a look of its own. Without
    `all_metrics`, "prom" is given only the rows that have an expectation. `fields`: the columns of a flat format
    (`field_choice.FLAT`), in their order; none are all.
    """
    if fields and fmt in FLAT:
        from scanner.reports.chosen_columns import CHOSEN

        return CHOSEN[fmt](outlet, fields)
    report = FORMATS[fmt](outlet, look if is_stdout(path) else look.of_file(), command)
    return SelectiveReport(report, EXPECTING) if fmt == "prom" and not all_metrics else report


def open_report(fmt: str, path: str, *, look: Look | None = None, command: str = "scan") -> Report:
    """A report of its own at `path` ("-" is stdout), begun at once. Call `check_outputs` first.

    Raises UsageError for an unknown format, and as `open_outlet` does.
    """
    if fmt not in FORMATS:
        raise UsageError(f"there is no format {fmt!r}; formats: {', '.join(FORMAT_NAMES)}")
    outlet = open_outlet_for(fmt, path)
    report = make_report(fmt, outlet, path, look=look or Look(), command=command)
    outlet.begin()
    return report
