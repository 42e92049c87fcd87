"""The formats by name, and the one way to open a report.

A new format is a module beside this one and a line in FORMATS (and in `outputs.FORMAT_NAMES`, with its ending).
Each is imported when it is first asked for: `scanner --help` shall not wait for json.
"""

from collections.abc import Callable

from scanner.errors import UsageError
from scanner.reports.outlet import Outlet, open_outlet
from scanner.reports.outputs import FORMAT_NAMES, is_stdout
from scanner.reports.report import Report
from scanner.reports.terminal import Look


def _csv(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.csv_report import CsvReport

    return CsvReport(outlet)


def _json(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.json_report import JsonReport

    return JsonReport(outlet)


def _jsonl(outlet: Outlet, look: Look, command: str) -> Report:
    from scanner.reports.json_report import JsonlReport

    return JsonlReport(outlet)


def _table(outlet: Outlet, look: Look, command: str) -> Report:
    if command == "sweep":
        from scanner.reports.sweep_table import SweepTable

        return SweepTable(outlet, look)
    from scanner.reports.scan_table import ScanTable

    return ScanTable(outlet, look)


#: How each format is made: (outlet, look, "scan" or "sweep") -> report.
FORMATS: dict[str, Callable[[Outlet, Look, str], Report]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
}


def open_report(fmt: str, path: str, *, look: Look | None = None, command: str = "scan") -> Report:
    """Opens a report of format `fmt` at `path` ("-" is stdout); its head is written.

    `look` and `command` ("scan" or "sweep") matter to the table only; a file has a look of its own. Raises UsageError
    for an unknown format, ReportError when the file cannot be opened. Call `check_outputs` for all first.
    """
    make = FORMATS.get(fmt)
    if make is None:
        raise UsageError(f"there is no format {fmt!r}; formats: {', '.join(FORMAT_NAMES)}")
    look = look or Look()
    return make(open_outlet(path), look if is_stdout(path) else look.of_file(), command)
