"""What people are told of a scan on stderr: its warnings as they come, each once, and a summary at its end."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from scanner.cli import stderr
from scanner.cli.streams import look_of

if TYPE_CHECKING:
    from scanner.api.scans import Scan
    from scanner.cli.scan_record import ScanRecord


class Narration:
    """Tells of one scan. `say` takes a line for people; `verbose`: what this system lacks is told, too; `quiet`: only
    what the answers may suffer from."""

    def __init__(
        self,
        scan: "Scan",
        say: Callable[[str], None],
        *,
        verbose: bool,
        quiet: bool = False,
        color: str = "auto",
        terse: bool = False,
    ) -> None:
        self._scan = scan
        self._say = say
        self._verbose = verbose
        self._quiet = quiet
        self._color = color
        self._terse = terse  # nothing is told before it is clear that there is anything to tell
        self._held: list[str] = []
        self._warned = 0
        self._detailed = 0

    def warn(self, text: str) -> None:
        """Tells a warning of ours."""
        if self._terse:
            self._held.append(text)
        else:
            self._say(f"warning: {text}")

    def catch_up(self) -> None:
        """Tells the warnings that are new."""
        if self._terse:
            return
        warnings = self._scan.warnings
        for text in warnings[self._warned :]:
            if not (self._quiet and text in self._scan.advice):
                self._say(f"warning: {text}")
        self._warned = len(warnings)
        if self._verbose:
            details = self._scan.details
            for text in details[self._detailed :]:
                self._say(f"note: {text}")
            self._detailed = len(details)

    def summarise(self, record: "ScanRecord", *, explained: bool) -> bool:
        """The last words on what was found, if there is anything to tell; `explained`: also on where it stops, which no
        table tells."""
        from scanner.reports import summary

        if self._terse:
            if not record.unmet and self._scan.complete:
                return False
            self._terse = False
            for held in self._held:
                self.warn(held)
            self.catch_up()
        look = look_of(sys.stderr, color=self._color)
        text = summary(
            record.tally,
            record.probing_s,
            attempts=self._scan.attempts,
            hosts=self._scan.hosts,
            answering=self._scan.answering,
            complete=self._scan.complete,
            total=self._scan.total,
            look=look,
            extra=self._scan.evidence,
            rules=self._scan.rules,
            rules_lacking=self._scan.expectations.rowless,
            hidden_errors=record.hides_errors,
            shard=record.info().shard,
        )
        notes = self._scan.notes(verbose=self._verbose)
        stderr.say(*text.split("\n"), *notes, *(_explained(record) if explained else []), painted=True)
        return True


def _explained(record: "ScanRecord") -> list[str]:
    """The lines of `--explain`, if there are any."""
    if record.explanation is None:
        return []
    from scanner.reports.trace_words import EXPLAINED, explain_lines

    lines = explain_lines(record.explanation.as_dict())
    return [EXPLAINED, *lines] if lines else []
