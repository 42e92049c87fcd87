"""`--journal FILE`: what a scan found is kept, and the same command goes on with it. What people are told of that.

In which order: the journal is looked at, and refused, before anything is touched (`opened`); it begins when the reports
are open (`begin`); and it is over only when those are written (`finish`), so that a scan that lost power in between
writes them once more.
"""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from scanner.errors import UsageError
from scanner.words.durations import duration
from scanner.words.shown_text import many, shown
from scanner.words.stamp import date_and_time

if TYPE_CHECKING:
    from scanner.api.journals import EarlierRuns, Journal
    from scanner.api.plans import Plan
    from scanner.api.scans import Scan
    from scanner.api.wanted import Wanted
    from scanner.cli.choices import Choices


#: What a report, and SQLite, keep beside a file while it is written.
_BESIDE_REPORTS = (".partial", "-journal", "-wal", "-shm")


class KeptScan:
    """The journal of one scan, or none (`journal` is None). `plan`: what is probed, in the order that it began with."""

    def __init__(self, choices: "Choices", plan: "Plan", wanted: "Wanted") -> None:
        """Raises UsageError where it cannot be, or is another scan's; then it is as it was."""
        self.journal: Journal | None = None
        self._quiet = choices.say.quiet or choices.say.quiet_unless_unmet
        self.plan = plan
        self._total = plan.count - plan.rowless
        self._told = self._finished = self._unread = False
        self._path = path = choices.journal
        if path is None:
            return
        from scanner.api.journals import opened_journal

        seed_typed = choices.order.seed is not None
        self.journal = opened_journal(path, plan, wanted, choices.command, choices.said(), seed_typed=seed_typed)
        if self.journal.seed is not None:
            self.plan = plan.in_random_order(self.journal.seed)

    @property
    def earlier(self) -> "EarlierRuns | None":
        """The runs that this one goes on with."""
        return self.journal.earlier if self.journal is not None and self.journal.resumes else None

    @property
    def started(self) -> str:
        """When the scan started, empty where no journal knows."""
        return self.journal.started if self.journal is not None else ""

    @property
    def before_s(self) -> float:
        """The seconds that those took."""
        return self.earlier.far.seconds if self.earlier is not None else 0.0

    def begin(self, say: Callable[[str], None]) -> None:
        """From now on what is found is kept. Raises UsageError."""
        journal = self.journal
        if journal is None:
            return
        journal.begin()
        if self._quiet:
            return
        if journal.torn and journal.resumes:
            say(f"journal: its last {many(journal.torn, 'byte')} were torn; what they told is probed again")
        if journal.resumes:
            say(f"resuming: {self._done_text(journal)}")
        elif journal.finished:
            say("journal: the scan in it was finished; this is a new one")

    def in_words(self) -> str:
        """What would be done with it, before it begins; empty where there is none."""
        journal = self.journal
        if journal is None:
            return ""
        if journal.resumes:
            return f"would go on: {self._done_text(journal)}; all that is said here is of the whole scan"
        return "would begin anew: the scan in it was finished" if journal.finished else "would be begun"

    def _done_text(self, journal: "Journal") -> str:
        """How far earlier runs came, and since when."""
        earlier = journal.earlier
        begun = date_and_time(journal.started)
        within = f" in {duration(earlier.far.seconds)}" if earlier.far.seconds >= 1.0 else ""
        return f"{earlier.targets:,} of {self._total:,} targets done{within}, begun {begun}"

    @property
    def failed(self) -> bool:
        """Whether what it should hold could not be written."""
        return self.journal is not None and bool(self.journal.problem)

    def tell_of_problem(self, say: Callable[[str], None], *, complete: bool) -> None:
        """What could not be written, once, and what that means for a scan that is `complete` or not."""
        journal = self.journal
        if journal is None or not journal.problem or self._told:
            return
        self._told = True
        if self._finished:
            means = "all reports are written, but the same command may write the same rows again; remove it first"
        elif complete:
            means = "the scan is complete all the same, and what is in it stays"
        else:
            means = "what is in it stays, and the scan stops here; the same command goes on once that is mended"
        say(f"error: the journal {shown(self._path or '')} cannot be written: {journal.problem}; {means}")

    def takes_rest_of(self, scan: "Scan") -> bool:
        """No report is left, so nobody needs more of it. Whether it is asked to end, and its last rows are worth
        waiting for: what was probed, and is on its way from another process, is kept."""
        if self.journal is None or self.journal.problem or self.journal.gone:
            return False
        scan.stop()
        return True

    def finish(self, say: Callable[[str], None], *, unread: bool) -> None:
        """All reports are written, and all that was asked for is done. `unread`: but for the one on stdout, whose
        reader went away; what nobody has read is not over."""
        journal = self.journal
        if journal is None:
            return
        if not unread:
            self._finished = True
            journal.finish()
        elif not (journal.problem or journal.gone):  # else it has not all of it, and more is said of that
            self._unread = True
            say(
                f"warning: the reader of stdout went away, so the journal {shown(self._path or '')} is not "
                "finished: the same command tells all of it again, and probes nothing; remove it to begin anew"
            )

    def left_behind(self, scan: "Scan") -> list[str]:
        """What to do about a scan that is not finished."""
        if self.journal is None or self._finished or self._unread:
            return []
        if self.journal.gone:
            how = "removed, moved or truncated"
            return [f"nothing to go on with: the journal {shown(self._path or '')} was {how} meanwhile"]
        all_there = scan.complete and not self.failed
        what = "to have what is missing, and probe nothing again" if all_there else "to go on from here"
        return [f"{what}: the same command again (--journal {shown(self._path or '')})"]

    def close(self) -> None:
        """Whatever happens."""
        if self.journal is not None:
            self.journal.close()


def check_journal(path: str | None, outputs: Iterable[str], inputs: Iterable[str]) -> None:
    """Raises UsageError for a journal that is a report or a list as well. Touches nothing."""
    if path is None:
        return
    if not path:
        raise UsageError("--journal '': is not a file name")
    outputs = list(outputs)
    files = [output for output in outputs if output not in ("", "-")]
    files += [_led_to(file) for file in files]  # of a link, what is kept is beside its target
    beside = [f"{file}{ending}" for file in files for ending in _BESIDE_REPORTS]
    for what, paths in (
        ("a report (-o)", outputs),
        ("read as a list", inputs),
        ("a file that is kept beside a report", beside),
    ):
        for other in paths:
            if other not in ("", "-") and _is_same(path, other):
                is_so = what if paths is beside else f"{what} as well"
                raise UsageError(f"--journal {path!r}: is {is_so}; name another file")


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return _led_to(one) == _led_to(other)


def _led_to(path: str) -> str:
    """The path without links, as far as it leads anywhere."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return os.path.abspath(path)
