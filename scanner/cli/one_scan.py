"""One scan from its first to its last word: reports are opened, batches handed on, everything ends in good order.

The order matters. All that can be wrong is checked before any file is touched; reports are opened before the
first probe; whatever ends the scan (its end, a signal, a lost reader, a failure of ours), the sockets are closed
and every report gets its proper end before the status is returned.
"""

import sys
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from scanner.cli import stderr
from scanner.cli.asked_outputs import wanted_outputs, without_targets
from scanner.cli.choices import Choices
from scanner.cli.kept_scan import KeptScan
from scanner.cli.narration import Narration
from scanner.cli.probing_order import in_words
from scanner.cli.progress import Progress, open_progress
from scanner.cli.report_set import Outputs
from scanner.cli.scan_record import ScanRecord, told_of_plan
from scanner.cli.signals import Signals
from scanner.cli.status import BROKEN_PIPE, FAILED, OK, UNMET, status_of_signal
from scanner.cli.stdout import out
from scanner.cli.streams import look_of, may_decorate
from scanner.errors import ReportError, UsageError

if TYPE_CHECKING:
    from scanner.api.explanations import Explanation
    from scanner.api.plans import Plan
    from scanner.api.scans import Scan
    from scanner.api.wanted import Wanted
    from scanner.cli.watch import Watch


#: The reports that say where what is blocked stops. (The table does as well.)
_EXPLAINING = ("json", "md", "html")


def run(plan: "Plan", wanted: "Wanted", choices: Choices, signals: Signals) -> int:
    """Probes a plan, writes the reports that were chosen, and returns the exit status."""
    plan = choices.order.applied(plan, sweep=choices.command == "sweep")
    choices.machines.check(plan)
    if choices.dry_run:
        from scanner.api.forecast import forecast
        from scanner.cli.dryrun import describe

        kept = KeptScan(choices, plan, wanted)
        kept.close()
        plan, machines = kept.plan, choices.machines
        foreseen = forecast(plan, wanted, elsewhere=bool(machines))
        verbose, explain, journal = choices.say.verbose, choices.report.explain, kept.in_words()
        for line in describe(plan, foreseen, machines, verbose=verbose, explain=explain, journal=journal):
            out(line)
        _tell_of_sharing(plan, wanted, choices)
        return OK
    from scanner.api.forecast import limits_of
    from scanner.api.scans import prepared
    from scanner.cli.watch import Watch

    kept = KeptScan(choices, plan, wanted)
    plan = kept.plan
    scan = choices.machines.prepared(plan, wanted) if choices.machines else prepared(plan, wanted, kept.journal)
    say = choices.say
    bar = (
        say.progress
        if say.progress is not None
        else may_decorate(sys.stderr) and not (say.quiet or say.quiet_unless_unmet)
    )
    if say.verbose:
        stderr.say(*in_words(plan))
    if say.verbose and plan.names:
        from scanner.api.plans import lookup_time

        stderr.say(f"names: {plan.names:,} to look up, each lookup within {lookup_time(choices.how.dns_timeout)}")
    if not (say.quiet or say.quiet_unless_unmet):
        _tell_of_sharing(plan, wanted, choices)
    with stderr.unblocked(signals.stop):
        progress = open_progress(bar, ascii=look_of(sys.stderr).ascii)
        with signals.restoring(progress.close):
            watch = Watch(scan, progress, limits_of(plan, wanted) if bar else None, kept.before_s)
            return Run(scan, choices, signals, watch, progress, wanted, kept, told_of_plan(plan, choices)).status()


def _tell_of_sharing(plan: "Plan", wanted: "Wanted", choices: Choices) -> None:
    """Who asked for several processes, or workers, waits for their speed: so it is said where there are fewer."""
    if wanted.processes > 1 or choices.machines.share:
        from scanner.api.process_count import told_sharing

        stderr.say(*(f"note: {text}" for text in told_sharing(plan, wanted, workers=choices.machines.share)))


class Run:
    """A scan on its way."""

    def __init__(
        self,
        scan: "Scan",
        choices: Choices,
        signals: Signals,
        watch: "Watch",
        progress: Progress,
        wanted: "Wanted",
        kept: KeptScan,
        about: Mapping[str, Any],
    ) -> None:
        self._scan = scan
        self._kept = kept
        self._choices = choices
        self._signals = signals
        self._watch = watch
        self._progress = progress
        self._formats = {fmt for fmt, _ in wanted_outputs(choices)}
        self._explanation = self._opened_explanation(wanted)
        self._record = ScanRecord(
            scan, choices, wanted.vantage, self._explanation, about, earlier=kept.earlier, started=kept.started
        )
        self._outputs = Outputs(progress.say, signals.stop, self._record.info, progress.hide)
        say = choices.say
        self._narration = Narration(
            scan, progress.say, verbose=say.verbose, quiet=say.quiet, color=say.color, terse=say.quiet_unless_unmet
        )

    def _opened_explanation(self, wanted: "Wanted") -> "Explanation | None":
        """That of `--explain`, if anything says where it stops: the table, the summary, a JSON or Markdown report."""
        choices = self._choices
        if not choices.report.explain or (choices.say.quiet and self._formats.isdisjoint(("table", *_EXPLAINING))):
            return None
        from scanner.api.explanations import explanation_of

        return explanation_of(self._scan, wanted, choices.trace_options())

    def status(self) -> int:
        """Runs the scan to its end and returns the exit status."""
        outputs = self._outputs
        with self._signals.deferred(self._stop):
            try:
                self._open()
                self._probe()
                if not self._scan.complete:
                    self._kept.tell_of_problem(self._progress.say, complete=False)
                self._record.probed()
                self._progress.close()
                self._explain()
                if self._scan.complete:
                    outputs.finish()
                    if not (outputs.problems or outputs.nobody_listens or self._signals.received):
                        self._kept.finish(self._progress.say, unread=outputs.hung_up)
            except UsageError:  # another scan writes a report, or no name led anywhere: nothing was probed
                outputs.withdraw()
                raise
            finally:
                outputs.abandon()  # those that are not finished by now
                self._kept.close()
            self._kept.tell_of_problem(stderr.say, complete=self._scan.complete)
            if not self._choices.say.quiet and not outputs.nobody_listens:
                told = self._narration.summarise(self._record, explained="table" not in self._formats)
                confirmed = [] if self._choices.say.quiet_unless_unmet else outputs.written()
                stderr.say(
                    *confirmed,
                    *outputs.left_behind(),
                    *self._kept.left_behind(self._scan),
                    *(outputs.remarks() if told else []),
                )
        return self._verdict()

    def _open(self) -> None:
        """Opens the reports, having said what will not be as it was."""
        from scanner.reports import notices
        from scanner.reports.output_words import APPENDED

        choices = self._choices
        wanted = wanted_outputs(choices)
        replaced = [path for fmt, path in wanted if fmt != APPENDED]
        for text in [*notices(replaced), *without_targets(choices, wanted)]:
            self._narration.warn(text)
        try:
            report = choices.report
            only = report.selection()
            say = choices.say
            terse = say.quiet_unless_unmet
            chosen = terse or only is not None
            look = look_of(sys.stdout, color=say.color, verbose=say.verbose, terse=terse, chosen=chosen)
            self._outputs.open(
                wanted, look, choices.command, only, fields=report.columns(), all_metrics=report.all_metrics
            )
        except ReportError:
            self._outputs.withdraw()
            raise
        self._kept.begin(self._progress.say)

    def _probe(self) -> None:
        """The loop: one pass for each turn of the engine."""
        scan, record, outputs, watch = self._scan, self._record, self._outputs, self._watch
        begun = False
        with closing(scan.batches()) as batches:
            for batch in batches:
                if not begun and (batch or scan.attempts):
                    begun = True
                    outputs.begin()
                    watch.begins()
                if batch:
                    record.add(batch)
                    watch.add(batch)
                outputs.write(batch)
                self._narration.catch_up()
                watch.show(record.tally)
                if outputs.all_lost and not self._kept.takes_rest_of(scan):
                    break
        self._narration.catch_up()

    def _explain(self) -> None:
        """Asks about what is silent, and traces what is blocked. The scan is over by then: whatever happens here, its
        reports are whole."""
        explanation = self._explanation
        if explanation is None or not explanation.count or not self._scan.complete or self._outputs.all_lost:
            return
        terse, explained = self._choices.say.quiet_unless_unmet, not self._formats.isdisjoint(_EXPLAINING)
        quiet = self._choices.say.quiet or (terse and not self._record.unmet)
        if quiet and terse and not explained:
            return  # nobody would see it
        if not quiet:
            questions = explanation.questions()
            stderr.tell_of_asking(len(questions), {port for question in questions for port in question.ports})
        told = quiet or terse
        with closing(explanation.turns()) as turns:
            for _ in turns:
                if explanation.tracing and not told:
                    told = True
                    stderr.tell_of_tracing(explanation.tracing)
                self._outputs.wait()
                if self._outputs.all_lost:
                    break

    def _stop(self) -> None:
        self._scan.stop()
        if self._explanation is not None:
            self._explanation.stop()

    def _verdict(self) -> int:
        if self._signals.received:
            return status_of_signal(self._signals.received)
        if self._outputs.problems or self._kept.failed:
            return FAILED
        if self._outputs.nobody_listens:
            return BROKEN_PIPE
        if not self._scan.complete:
            return FAILED
        return UNMET if self._record.unmet else OK
