"""What people are told while others probe for them: of workers that warn, die, fail or are silent, and what becomes of
their parts."""

from collections import Counter
from collections.abc import Iterable, Sequence

from scanner.scanning.parts.failures import WorkerFaultError, reason_of
from scanner.scanning.remote.part_log import part_name
from scanner.scanning.remote.worker_pool import PartTask
from scanner.scanning.warning_lines import WarningLines
from scanner.words.shown_text import many, named

_MOST_NAMED = 10


class RemoteWords:
    """`workers`: for each list, the name of the worker that has all of it; empty: any has a part. `faults`: where in
    our code a worker failed, line by line."""

    def __init__(self, workers: Sequence[str]) -> None:
        self._workers = workers
        self._lines = WarningLines()
        self._told: set[str] = set()
        self._busy: set[str] = set()
        self.faults: list[str] = []

    @property
    def warnings(self) -> list[str]:
        """All so far."""
        return self._lines.gather(())

    def warn(self, text: str) -> None:
        """Once."""
        self._lines.gather([text])

    def of_worker(self, name: str, texts: Iterable[str]) -> None:
        """What several workers say is said once, of the first."""
        for text in texts:
            if text not in self._told:
                self._told.add(text)
                self.warn(f"{name}: {text}" if name else text)

    def again(self, task: PartTask, why: str) -> None:
        """That part is next."""
        self.warn(f"{self._part(task)} is probed again: {why}")

    def moved(self, task: PartTask, name: str) -> None:
        """That part goes to another worker."""
        self.warn(f"{self._part(task)} goes to a worker that is free: {name} has not begun with it")

    def given_up(self, task: PartTask, why: str, tries: int) -> None:
        """That part is not."""
        self.warn(f"{self._part(task)} was given up after {many(tries, 'try', 'tries')}: {why}")

    def worker_failed(self, name: str, task: PartTask, error: Exception) -> None:
        """One says so itself."""
        self.warn(f"worker {name} failed at {self._part(task)}, and gets nothing more of this scan: {reason_of(error)}")
        if isinstance(error, WorkerFaultError):
            self.faults += [f"{name}: {line}" for line in error.told.splitlines()]

    def worker_barred(self, name: str, why: str) -> None:
        """What one began broke, each time."""
        self.warn(f"worker {name} gets nothing more of this scan: what it begins breaks ({why})")

    def busy(self, names: Iterable[str]) -> None:
        """They do not begin."""
        if new := [name for name in dict.fromkeys(names) if name not in self._busy]:
            self._busy.update(new)
            one = len(new) == 1
            who, have, are, they = ("worker", "has", "is", "it") if one else ("workers", "have", "are", "they")
            self.warn(
                f"{who} {named(new, _MOST_NAMED)} {have} not begun yet: {they} {are} busy with something else, out of "
                f"reach, or still getting the list; this scan waits for {'it' if one else 'them'}"
            )

    def nothing_from(self, names: Iterable[str]) -> None:
        """There was nothing to probe from these, though there was from others."""
        if these := list(names):
            self.warn(
                f"nothing was probed from {named(these, _MOST_NAMED)}: all addresses that the names lead to there are "
                "excluded; check targets and excludes"
            )

    def nobody_for(self, left: Sequence[PartTask]) -> None:
        """These parts are given up: nobody is there who may have them."""
        for at, count in Counter(task.at for task in left).items():
            name = self._workers[at]
            first = next(task for task in left if task.at == at)
            what = f"{count:,} of {first.parts:,} parts" + (f" from {name}" if name else "")
            who = f"there is no worker {name} that could probe" if name else "there is no worker left for"
            self.warn(
                f"{what} were given up: {who} them" if count > 1 else f"{self._part(first)} was given up: {who} it"
            )

    def _part(self, task: PartTask) -> str:
        return part_name(task, self._workers[task.at])
