"""One conversion from its first to its last word: sources are read to their end, then reports are opened and written.

Until all is read nothing is to be saved, and a signal ends the program on the spot. From then on reports get their
proper end, as those of a scan do (`report_set`).
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli import stderr
from scanner.cli.asked_outputs import outputs_of
from scanner.cli.converting_options import Wish
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


class AllRead(NamedTuple):
    """All that was read: `batches` of rows in the order that was asked for, and `info`, what is told of their scans.

    `explained`: the groups of the rows still mean what `info` says of them. `one_each`: no host has several rows.
    `status`: the exit status once all of it was written.
    """

    batches: "Iterator[list[ReportRow]]"
    info: "ScanInfo"
    explained: bool
    one_each: bool
    status: Callable[[], int] = lambda: OK


#: Reads the reports of a wish to their ends; the rows wait in the spool.
Gather = Callable[[Wish, "RowSpool"], AllRead]


def one_after_another(wish: Wish, spool: "RowSpool") -> AllRead:
    """The rows of one report after those of another."""
    from scanner.reports.converting import RowsTold, SortedRows, info_of, joined
    from scanner.reports.reading import open_stored
    from scanner.reports.reading.text_lines import place_of

    kept = SortedRows(spool) if wish.sort else spool
    infos, one_each = [], False
    for path in wish.reports:
        report, told = open_stored(path), RowsTold()
        for rows in report.rows():
            told.add(rows)
            kept.add(rows)
        infos.append(info_of(report, told, wish.only))
        one_each = told.one_each and len(wish.reports) == 1
        if not report.complete:
            stderr.say(f"warning: {place_of(path)}: was not finished, so rows may be missing")
    return AllRead(kept.batches(), joined(infos), explained=len(infos) == 1, one_each=one_each)


class Conversion:
    """Raises UsageError, or StdoutError, for what cannot be wanted; touches nothing. `gather` reads the sources."""

    def __init__(self, wish: Wish, signals: "Signals", gather: Gather = one_after_another) -> None:
        from scanner.reports import Tally, check_fields, check_outputs, is_stdout, parse_fields, parse_only

        self._wish = wish
        self._signals = signals
        self._wanted = outputs_of(wish.outputs, wish.format)
        self._fields = parse_fields(wish.fields) if wish.fields else ()
        self._only = parse_only(wish.only) if wish.only else None
        self._tally = Tally()
        self._gather = gather
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
            read = self._gather(self._wish, spool)
            with stderr.unblocked(self._signals.stop), self._signals.deferred(lambda: None):
                return self._write(read)

    def _write(self, read: AllRead) -> int:
        info = read.info
        outputs = Outputs(lambda line: stderr.say(line), self._signals.stop, lambda: info.counted(self._tally))
        with ExitStack() as ending:
            ending.callback(outputs.abandon)  # those that are not finished by then
            self._open(outputs, info)
            if self._hand_on(read, outputs):
                outputs.finish()
        stderr.say(*outputs.left_behind(), *outputs.remarks())
        if self._signals.received:
            return status_of_signal(self._signals.received)
        if outputs.problems:
            return FAILED
        return BROKEN_PIPE if outputs.nobody_listens else read.status()

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

    def _hand_on(self, read: AllRead, outputs: Outputs) -> bool:
        """Rows as results, to all reports; whether all of them went."""
        from scanner.reports.phrases import doubts_pass
        from scanner.reports.reading import StoredResults

        lenient = doubts_pass(read.info.options)
        stored = StoredResults(explained=read.explained, ports=int(read.one_each), doubts_pass=lenient)
        for rows in read.batches:
            results = stored.of(rows)
            if self._only is not None:
                results = self._only.filter(results)
            self._tally.add(results)
            outputs.write(results)
            if outputs.all_lost or self._signals.received:
                return False
        return True
