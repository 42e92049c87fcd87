"""The reports of one scan together: which there are, and that one's failure is not the others'.

A report that cannot be written is dropped with a message, and the scan goes on for the rest; a reader of stdout
that went away is dropped without one. What was lost is remembered for the exit status. A reader who stops reading
holds up nobody else: the scan waits for readers only while they are the only ones who take its rows.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli.asked_outputs import Output
from scanner.cli.stdout import Reader
from scanner.cli.streams import is_terminal
from scanner.errors import ReportError
from scanner.model import Result
from scanner.words.no_collection import no_collection

if TYPE_CHECKING:
    from scanner.reports import Look, Outlet, Report, ScanInfo, Selection, StopRequest


class _Open(NamedTuple):
    """A report and where its text goes."""

    report: "Report"
    outlet: "Outlet"
    path: str
    on_stdout: bool


class Outputs:
    """The open reports. `hung_up`: the reader of stdout went away; `problems`: what could not be written.

    `info` tells of the scan so far, for a report that ends before the others. `hide` makes room on a terminal, where
    there is a bar, before anything is written there.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        stop: "StopRequest",
        info: "Callable[[], ScanInfo]",
        hide: Callable[[], None] | None = None,
    ) -> None:
        self.hung_up = False
        self.problems: list[str] = []
        self._hide = hide
        self._say = say
        self._stop = stop
        self._info = info
        self._wanted = 0
        self._all: list[_Open] = []
        self._open: list[_Open] = []
        self._written: list[str] = []
        self._reader: Reader | None = None

    def open(
        self,
        wanted: Sequence[Output],
        look: "Look",
        command: str,
        only: "Selection | None",
        *,
        fields: Sequence[str] = (),
        all_metrics: bool = False,
    ) -> None:
        """Opens them all, flat ones with `fields`. Raises UsageError and ReportError; what was opened until then is for
        `withdraw`.

        When the scan is stopped while a FIFO waits for its reader, the others are left out.
        """
        from scanner.reports import ONLY_UNMET, SelectiveReport, StopAskedError, is_stdout, make_report, open_outlet_for

        self._wanted = len(wanted)
        for fmt, path in wanted:
            try:
                outlet = open_outlet_for(fmt, path, self._stop)
            except BrokenPipeError:
                self.hung_up = True
                continue
            except StopAskedError:
                return
            report = make_report(fmt, outlet, path, look=look, command=command, fields=fields, all_metrics=all_metrics)
            shown = ONLY_UNMET if look.terse and is_stdout(path) else only
            each = _Open(SelectiveReport(report, shown) if shown else report, outlet, path, is_stdout(path))
            self._all.append(each)
            self._open.append(each)
            if each.on_stdout:
                self._reader = Reader()
                if self._hide is not None and is_terminal(sys.stdout):
                    outlet.makes_room(self._hide)

    @property
    def all_lost(self) -> bool:
        """Nobody is left to tell; a scan without reports has its exit status to tell."""
        return bool(self._wanted) and not self._open

    @property
    def nobody_listens(self) -> bool:
        """The reader of stdout was the only one, and it went away."""
        return self.all_lost and self.hung_up and not self.problems

    def begin(self) -> None:
        """The scan really begins: what stood in the place of reports may go."""
        self._each(lambda each: each.outlet.begin())

    def write(self, results: list[Result]) -> None:
        """Hands a batch on; an empty one lets what waits be written."""
        self._look_for_reader()
        self._each(lambda each: each.report.write(results))
        if self._nobody_takes_more():
            self._settle(lambda: not self._nobody_takes_more())

    def wait(self) -> None:
        """All rows are there: readers take what is left of them."""
        self._look_for_reader()
        self._each(lambda each: each.outlet.flush_in_time())

    def _look_for_reader(self) -> None:
        if self._reader is not None and self._reader.is_gone():
            self._hang_up()

    def finish(self) -> None:
        """The scan is done: every report appears under its own name, and readers take what waits for them."""
        info = self._info()
        with no_collection():  # some formats write all their rows only now: it takes half as long
            self._each(lambda each: each.report.finish(info))
        self._settle_all()
        self._written = [each.path for each in self._open if not each.on_stdout]

    def abandon(self) -> None:
        """Every report that is not finished gets a well-formed end as FILE.partial."""
        info = self._info()
        with no_collection():
            self._each(lambda each: each.report.abandon(info))
        self._settle_all()

    def withdraw(self) -> None:
        """Nothing was probed: what has not begun leaves everything as it was."""
        for each in self._open:
            each.outlet.withdraw()

    def written(self) -> list[str]:
        """A line that confirms the files that stand under their own names, if there are any."""
        from scanner.reports import plain

        return [f"written: {', '.join(map(plain, self._written))}"] if self._written else []

    def left_behind(self) -> list[str]:
        """A line for each report that could not appear under its own name."""
        from scanner.reports import plain

        return [f"incomplete: {plain(each.outlet.left)}" for each in self._all if each.outlet.left]

    def remarks(self) -> list[str]:
        """What reports have to tell for which they have no place."""
        return [remark for each in self._all for remark in each.outlet.remarks]

    def _nobody_takes_more(self) -> bool:
        """Whether readers are all there is, and none of them reads."""
        return bool(self._open) and all(each.outlet.full for each in self._open)

    def _settle_all(self) -> None:
        """Until every reader has all that was written, or the patience with them is over."""
        self._settle(lambda: not any(each.outlet.waiting for each in self._open))
        self._each(lambda each: each.outlet.give_up() if each.outlet.waiting else None)

    def _settle(self, until: Callable[[], bool]) -> None:
        from scanner.reports import settle

        settle(lambda: [each.outlet for each in self._open], self._stop, self._push_waiting, until)

    def _push_waiting(self) -> None:
        self._each(lambda each: each.outlet.push())

    def _each(self, act: "Callable[[_Open], None]") -> None:
        for each in list(self._open):
            try:
                act(each)
            except BrokenPipeError:
                self._hang_up()
            except ReportError as error:
                self._drop(each, error)

    def _hang_up(self) -> None:
        """Nobody reads stdout any more: its report is dropped without a word."""
        self.hung_up = True
        self._reader = None
        for each in [each for each in self._open if each.on_stdout]:
            self._open.remove(each)
            with suppress(ReportError, BrokenPipeError):
                each.outlet.abandon()

    def _drop(self, each: _Open, error: ReportError) -> None:
        """Out of the list; what was written stays beside its name, and ends as well as it can."""
        self._open.remove(each)
        self.problems.append(str(error))
        info = self._info()
        info.cut_short(str(error))
        with suppress(ReportError, BrokenPipeError):
            each.report.abandon(info)
        left = f" (the rows so far are in {each.outlet.left})" if each.outlet.left else ""
        self._say(f"error: {error}{left}")
