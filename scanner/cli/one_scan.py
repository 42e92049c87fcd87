"""One scan from its first to its last word: reports are opened, batches handed on, everything ends in good order.

The order matters. All that can be wrong is checked before any file is touched; reports are opened before the
first probe; whatever ends the scan (its end, a signal, a lost reader, a failure of ours), the sockets are closed
and every report gets its proper end before the status is returned.
"""

import sys
from collections.abc import Iterable
from contextlib import closing
from time import monotonic, time
from typing import TYPE_CHECKING, Any, cast

from scanner.cli import stderr
from scanner.cli.choices import Choices
from scanner.cli.progress import Progress, open_progress
from scanner.cli.report_set import Outputs, wanted_outputs
from scanner.cli.signals import Signals
from scanner.cli.status import BROKEN_PIPE, FAILED, OK, UNMET, status_of_signal
from scanner.cli.stdout import StdoutError, out
from scanner.cli.streams import is_terminal, look_of, may_decorate
from scanner.errors import ReportError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator

    from scanner.api import Scan
    from scanner.api_trace import Explanation
    from scanner.reports import ScanInfo
    from scanner.targets.plan import Plan


def check(choices: Choices, inputs: Iterable[str]) -> None:
    """Raises UsageError, or StdoutError, for reports that cannot be. `inputs`: files that are read. Touches nothing."""
    from scanner.reports import check_outputs, is_stdout

    inputs = list(inputs)
    if inputs.count("-") > 1:
        raise UsageError("standard input can be read once only; write - once")
    wanted = wanted_outputs(choices)
    if sys.stdout is None and any(is_stdout(path) for _, path in wanted):
        raise StdoutError("stdout is closed: there is no place for the table or report (-q leaves the table out)")
    check_outputs(wanted, inputs)


def run(plan: "Plan", choices: Choices, signals: Signals) -> int:
    """Probes a plan, writes the reports that were chosen, and returns the exit status."""
    if choices.dry_run:
        from scanner.cli.dryrun import describe

        out(*describe(plan, choices))
        return OK
    from scanner.api import Scan

    scan = Scan(plan, choices.scan_options())
    look = look_of(sys.stderr)
    wanted = choices.progress if choices.progress is not None else may_decorate(sys.stderr) and not choices.quiet
    if choices.verbose and plan.names:
        from scanner.targets.names.resolv_conf import in_words

        stderr.say(f"names: {plan.names:,} to look up, each lookup within {in_words(choices.dns_timeout)}")
    with stderr.unblocked(signals.stop):
        progress = open_progress(wanted, ascii=look.ascii)
        signals.restore = progress.close
        try:
            return Run(scan, choices, signals, progress).status()
        finally:
            progress.close()


class Run:
    """A scan on its way."""

    def __init__(self, scan: "Scan", choices: Choices, signals: Signals, progress: Progress) -> None:
        from scanner.reports import Tally

        self._scan = scan
        self._choices = choices
        self._signals = signals
        self._progress = progress
        self._tally = Tally()
        self._outputs = Outputs(progress.say, signals.stop, self._info)
        self._warned = 0
        self._detailed = 0
        self._clock = Clock()
        self._probing_s = 0.0
        self._explanation: Explanation | None = None
        if choices.explain and self._explanation_is_told():
            from scanner import api_trace

            self._explanation = api_trace.Explanation(choices.trace_options())

    def status(self) -> int:
        """Runs the scan to its end and returns the exit status."""
        choices, outputs = self._choices, self._outputs
        with self._signals.deferred(self._stop):
            try:
                self._open()
                self._probe()
                self._probing_s = self._clock.seconds()
                self._progress.close()
                self._explain()
                if self._scan.complete:
                    outputs.finish()
            except UsageError:  # another scan writes a report, or no name led anywhere: nothing was probed
                outputs.withdraw()
                raise
            finally:
                outputs.abandon()  # those that are not finished by now
            if not choices.quiet and not outputs.nobody_listens:
                self._summarise()
        return self._verdict()

    def _open(self) -> None:
        """Opens the reports, having said what will not be as it was."""
        from scanner.reports import notices

        wanted = wanted_outputs(self._choices)
        for text in notices(path for _, path in wanted):
            self._progress.say(f"warning: {text}")
        try:
            look = look_of(sys.stdout, verbose=self._choices.verbose)
            self._outputs.open(wanted, look, self._choices.command, self._choices.selection())
        except ReportError:
            self._outputs.withdraw()
            raise

    def _probe(self) -> None:
        """The loop: one turn for each round of the engine."""
        scan, tally, outputs, progress = self._scan, self._tally, self._outputs, self._progress
        begun = False
        with closing(scan.batches()) as batches:
            for batch in batches:
                if not begun and (batch or scan.attempts):
                    begun = True
                    outputs.begin()
                if batch:
                    tally.add(batch)
                    if self._explanation is not None:
                        self._explanation.add(batch)
                    if outputs.streams_to_stdout:
                        progress.hide()  # rows may be about to appear on the same terminal
                outputs.write(batch)
                self._warn()
                progress.update(tally.rows, scan.total, tally.open)
                if outputs.all_lost:
                    break
        self._warn()

    def _explain(self) -> None:
        """Traces what is blocked. The scan is over by then: whatever happens here, its reports are whole."""
        explanation = self._explanation
        if explanation is None or not explanation.count or not self._scan.complete or self._outputs.all_lost:
            return
        with closing(cast("Generator[None]", explanation.rounds())) as rounds:
            for _ in rounds:
                self._outputs.write([])

    def _explanation_is_told(self) -> bool:
        """Whether anything says where it stops: the table, the summary, or a JSON report."""
        return not self._choices.quiet or any(fmt in ("table", "json") for fmt, _ in wanted_outputs(self._choices))

    def _stop(self) -> None:
        self._scan.stop()
        if self._explanation is not None:
            self._explanation.stop()

    def _warn(self) -> None:
        """Tells warnings that are new, each once; with `-v` what this system lacks, too."""
        warnings = self._scan.warnings
        for text in warnings[self._warned :]:
            self._progress.say(f"warning: {text}")
        self._warned = len(warnings)
        if self._choices.verbose:
            details = self._scan.details
            for text in details[self._detailed :]:
                self._progress.say(f"note: {text}")
            self._detailed = len(details)

    def _info(self) -> "ScanInfo":
        from scanner.reports import ScanInfo

        return ScanInfo(
            started=self._clock.started,
            finished=self._clock.now(),
            elapsed_s=self._clock.seconds(),
            vantage=self._choices.vantage,
            options={"command": self._choices.command, **self._choices.said()},
            counts=self._tally.counts(),
            complete=self._scan.complete,
            warnings=self._scan.warnings,
            extra=self._extra(),
        )

    def _extra(self) -> dict[str, Any]:
        """Further keys of the report's `scan` part."""
        if self._explanation is None:
            return self._scan.evidence
        return {**self._scan.evidence, "explain": self._explanation.as_dict()}

    def _summarise(self) -> None:
        from scanner.reports import summary
        from scanner.reports.painted import wrap

        look = look_of(sys.stderr)
        text = summary(
            self._tally,
            self._probing_s,
            attempts=self._scan.attempts,
            complete=self._scan.complete,
            look=look,
        )
        lines = [*text.split("\n"), *self._scan.notes(), *self._explained()]
        if is_terminal(sys.stderr):
            lines = [part for line in lines for part in wrap(line, look.width)]
        stderr.say(*lines, painted=True)
        stderr.say(*self._outputs.left_behind())

    def _explained(self) -> list[str]:
        """The lines of `--explain`, where no table tells them."""
        if self._explanation is None or any(fmt == "table" for fmt, _ in wanted_outputs(self._choices)):
            return []
        from scanner.reports.trace_words import EXPLAINED, explain_lines

        lines = explain_lines(self._explanation.as_dict())
        return [EXPLAINED, *lines] if lines else []

    def _verdict(self) -> int:
        if self._signals.received:
            return status_of_signal(self._signals.received)
        if self._outputs.problems:
            return FAILED
        if self._outputs.nobody_listens:
            return BROKEN_PIPE
        if not self._scan.complete:
            return FAILED
        return UNMET if self._tally.unmet else OK


class Clock:
    """When the scan started, and how long ago that was."""

    def __init__(self) -> None:
        self._begun = monotonic()
        self.started = self.now()

    def seconds(self) -> float:
        return monotonic() - self._begun

    @staticmethod
    def now() -> str:
        from scanner.words.stamp import iso_time

        return iso_time(time())
