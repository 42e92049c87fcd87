"""Probing by workers elsewhere: parts of one list, or of the same list seen from several places, until all have ended.

1. Whoever is free gets the next part: a worker has one at a time, and what it finds comes while it probes
   (`part_sharing.py`).
2. Where a worker is gone, silent (`run_watch.py`) or fails, its part begins anew elsewhere, and only rows that had not
   come are handed on (`part_log.py`). A part that breaks again and again is given up, and so is one that nobody is
   there for: the scan is incomplete then, and what came of it stands.
3. Who answers is passed on to the others (`parts/heard_places.py`), because silence is judged by its neighbours.

Machines differ, so what fails on one is tried on another. Only where all fail, and nothing was probed, what they say of
it is raised: then it is the plan. (The processes of one machine do not differ: see `processes/`.)

A rate, or a number of probes in flight, holds for each worker: each has a line of its own.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from time import monotonic
from typing import Any

from scanner.model import Place, Result
from scanner.scanning.certainty import joined
from scanner.scanning.parts.part_limits import STOP_S
from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.remote_parts import RemoteParts
from scanner.scanning.remote.worker_pool import PoolWord, WorkerPool
from scanner.scanning.responder_choice import KnownResponder

_TURN_S = 0.05
#: Of what came at once, so many rows are unpacked in a turn: packed, a row takes a few bytes, and so it waits where
#: whoever reads the rows is slow.
_MOST_ROWS = 20_000


class RemoteProbing:
    """`Probing` of these lists. `expected`: what is known of all of them together beforehand; `warnings`: what is
    to be said already."""

    def __init__(
        self,
        lists: Sequence[SharedList],
        pool: WorkerPool,
        expected: Headway = Headway(),  # noqa: B008 (a tuple)
        *,
        warnings: Iterable[str] = (),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._parts = RemoteParts(lists, pool, expected, clock)
        for text in warnings:
            self._parts.words.warn(text)
        self._unheard: deque[PoolWord] = deque()
        self._stop_at: float | None = None
        self._stopping = False
        self.complete = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, as they come. Errors: UsageError, where no worker can probe such a plan."""
        parts = self._parts
        try:
            while not self._over():
                yield self._turn()
            self._unheard += self._pool.take(0.0) if self._stopping else ()
            while self._unheard:  # what was found before a stop is found
                yield self._hear()
            self.complete = parts.whole
            if self.complete:
                parts.note_idle()
        finally:
            self._pool.close()
        if parts.unusable is not None and not self._stopping and not parts.progress.headway.begun:
            raise parts.unusable

    def _turn(self) -> list[Result]:
        parts = self._parts
        if not self._unheard:
            self._unheard += self._pool.take(_TURN_S)
            parts.listened()
        rows = self._hear()
        if self._stopping and self._stop_at is None:
            self._stop_at = self._clock()
            parts.stop()
            self._pool.stop()
        if not parts.stopping and not self._unheard:  # else what came of a part may not be known yet
            parts.share_out()
        return rows

    def _hear(self) -> list[Result]:
        """Some of what was said."""
        rows: list[Result] = []
        while self._unheard and len(rows) < _MOST_ROWS:
            rows += self._parts.hear(self._unheard.popleft())
        self._parts.count()
        return rows

    def _over(self) -> bool:
        if self._stop_at is not None:
            return not self._parts.running or self._clock() - self._stop_at >= STOP_S
        return not self._parts.running and not self._parts.waiting

    def stop(self) -> None:
        """All workers end soon. Safe from a signal handler."""
        self._stopping = True

    def tell_of(self, answered: Iterable[KnownResponder]) -> None:
        """Who answered before, only a journal knows, and that does not go with other machines."""

    def take_silent(self) -> list[tuple[int, int, int]]:
        """The same: nobody keeps them."""
        return []

    def permits(self, place: Place, port: int) -> bool:
        """Nothing is asked from here."""
        return False

    def may_ask(self, place: Place, port: int) -> bool:
        """Nothing is asked from here."""
        return False

    @property
    def headway(self) -> Headway:
        """How far all workers are."""
        return self._parts.progress.headway

    @property
    def unanswered(self) -> int:
        """Attempts of all workers beyond their attached networks that met silence or a "no"."""
        return self._parts.progress.unanswered

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far; those of a worker begin with its name, and what several say is said once."""
        return self._parts.words.warnings

    @property
    def details(self) -> list[str]:
        """What the workers' systems lack, and where a mistake of ours happened there."""
        lacking = dict.fromkeys(text for log in self._parts.begun for text in log.state.details)
        return [*lacking, *self._parts.words.faults]

    @property
    def evidence(self) -> dict[str, Any]:
        """What the timeouts of all workers rest on. `skipped` each part says of the whole list; of what is attached to
        them, workers may know differently: the most any of them left out."""
        known = [log.state.evidence for log in self._parts.begun if log.state.evidence]
        return {**joined(known), "skipped": max((each["skipped"] for each in known), default=0)}

    @property
    def skipped_texts(self) -> list[str]:
        """Which kinds of addresses were left out."""
        return list(dict.fromkeys(text for log in self._parts.begun for text in log.state.skipped))
