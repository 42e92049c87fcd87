"""One conversion from its first to its last word: sources are read to their end, then reports are opened and written.

Until all is read nothing is to be saved, and a signal ends the program on the spot. From then on reports get their
proper end, as those of a scan do (`report_set`).
"""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli import stderr
from scanner.cli.asked_outputs import outputs_of
from scanner.cli.report_set import Outputs
from scanner.cli.status import BROKEN_PIPE, FAILED, OK, status_of_signal
from scanner.cli.stdout import StdoutError
from scanner.cli.streams import look_of
from scanner.errors import ReportError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.cli.signals import Signals
    from scanner.reports import ScanInfo
    from scanner.reports.converting import RowSpool
    from scanner.reports.reading import ReportRow


class Wish(NamedTuple):
    """What was typed: `outputs` and `format` after -o and -f, `only` and `fields` as lists in one text."""

    reports: tuple[str, ...]
    outputs: tuple[str, ...]
    format: str | None
    only: str
    fields: str
    sort: bool
    verbose: bool
    all_metrics: bool = False
    color: str = "auto"


class Conversion:
    """Raises UsageError, or StdoutError, for what cannot be wanted; touches nothing."""

    def __init__(self, wish: Wish, signals: "Signals") -> None:
        from scanner.reports import Tally, check_fields, check_outputs, is_stdout, parse_fields, parse_only

        self._wish = wish
        self._signals = signals
        self._wanted = outputs_of(wish.outputs, wish.format)
        self._fields = parse_fields(wish.fields) if wish.fields else ()
        self._only = parse_only(wish.only) if wish.only else None
        self._tally = Tally()
        self._one_each = False  # a row for each host
        if not self._wanted:
            raise UsageError("into what? Write -o FILE, or -f FORMAT for stdout (-f table shows it)")
        check_fields(self._fields, [fmt for fmt, _ in self._wanted])
        if sys.stdout is None and any(is_stdout(path) for _, path in self._wanted):
            raise StdoutError("stdout is closed: there is nowhere to write the report")
        check_outputs(self._wanted, wish.reports)

    def status(self) -> int:
        """Does it, and returns the exit status."""
        from scanner.reports.converting import RowSpool
        from scanner.words.no_collection import no_collection

        with no_collection(), RowSpool() as spool:
            batches, info = self._gather(spool)
            with stderr.unblocked(self._signals.stop), self._signals.deferred(lambda: None):
                return self._write(batches, info)

    def _gather(self, spool: "RowSpool") -> "tuple[Iterator[list[ReportRow]], ScanInfo]":
        """Reads all sources. Returns their rows, in the order that was asked for, and what is told of their scans."""
        from scanner.reports.converting import RowsTold, SortedRows, info_of, joined
        from scanner.reports.reading import open_stored
        from scanner.reports.reading.text_lines import place_of

        kept = SortedRows(spool) if self._wish.sort else spool
        infos = []
        for path in self._wish.reports:
            report, told = open_stored(path), RowsTold()
            for rows in report.rows():
                told.add(rows)
                kept.add(rows)
            infos.append(info_of(report, told, self._wish.only))
            self._one_each = told.one_each and len(self._wish.reports) == 1
            if not report.complete:
                stderr.say(f"warning: {place_of(path)}: was not finished, so rows may be missing")
        return kept.batches(), joined(infos)

    def _write(self, batches: "Iterator[list[ReportRow]]", info: "ScanInfo") -> int:
        outputs = Outputs(lambda line: stderr.say(line), self._signals.stop, lambda: info.counted(self._tally))
        with ExitStack() as ending:
            ending.callback(outputs.abandon)  # those that are not finished by then
            self._open(outputs, info)
            if self._hand_on(batches, outputs, info):
                outputs.finish()
        stderr.say(*outputs.left_behind(), *outputs.remarks())
        if self._signals.received:
            return status_of_signal(self._signals.received)
        if outputs.problems:
            return FAILED
        return BROKEN_PIPE if outputs.nobody_listens else OK

    def _open(self, outputs: Outputs, info: "ScanInfo") -> None:
        """Opens the reports, having said what will not be as it was."""
        from scanner.reports import notices
        from scanner.reports.output_words import APPENDED

        for text in notices(path for fmt, path in self._wanted if fmt != APPENDED):
            stderr.say(f"warning: {text}")
        wish = self._wish
        chosen = bool(info.options.get("only"))
        look = look_of(sys.stdout, color=wish.color, verbose=wish.verbose, chosen=chosen)
        try:
            command = "sweep" if info.options.get("command") == "sweep" else "scan"
            outputs.open(self._wanted, look, command, None, fields=self._fields, all_metrics=wish.all_metrics)
        except (UsageError, ReportError):
            outputs.withdraw()
            raise
        outputs.begin()

    def _hand_on(self, batches: "Iterator[list[ReportRow]]", outputs: Outputs, info: "ScanInfo") -> bool:
        """Rows as results, to all reports; whether all of them went."""
        from scanner.reports.phrases import doubts_pass
        from scanner.reports.reading import StoredResults

        lenient = doubts_pass(info.options)
        stored = StoredResults(explained=len(self._wish.reports) == 1, ports=int(self._one_each), doubts_pass=lenient)
        for rows in batches:
            results = stored.of(rows)
            if self._only is not None:
                results = self._only.filter(results)
            self._tally.add(results)
            outputs.write(results)
            if outputs.all_lost or self._signals.received:
                return False
        return True
