"""Probing by several processes, as one: `Probing` (see there) of a plan in parts, each in a process of its own.

This process probes nothing. It has one loop, without threads: it waits for what its workers say, for 0.1 s at most,
and hands their rows on as they come. What it does for a row, it does on the same processors that probe, so that is
little: rows come packed, thousands at a time.

A worker that dies has its part probed again by another, a few times; rows that had come do not come twice. What is told
of addresses and lists as they were typed (what was left out, and why) is this process's own word on the whole plan.
"""

import json
from collections.abc import Generator, Iterable, Sequence
from time import monotonic
from typing import Any

from scanner.model import Place, Result
from scanner.scanning.certainty import joined
from scanner.scanning.options import ScanOptions
from scanner.scanning.parts.came_rows import CameRows
from scanner.scanning.parts.failures import failure_of
from scanner.scanning.parts.heard_places import packed_places
from scanner.scanning.parts.joined_headway import joined_headway
from scanner.scanning.parts.part_limits import STOP_S, TRIES
from scanner.scanning.parts.worker_state import unpacked_state
from scanner.scanning.probing import Headway, Unsettled
from scanner.scanning.processes.crew import Crew
from scanner.scanning.processes.frames import Topic
from scanner.scanning.processes.rate_shares import RateShares, divided
from scanner.scanning.processes.worker import WorkerTask
from scanner.scanning.processes.worker_line import WorkerLine
from scanner.scanning.responder_choice import KnownResponder
from scanner.scanning.scan_plan import ScanPlan
from scanner.scanning.warning_lines import WarningLines


class ManyProbing:
    """`parts` of the plan `whole`, at least two, none of them empty; each gets a process of its own at once.

    What is wrong with the plan or the options for a worker is raised while `batches` are iterated.
    """

    def __init__(self, whole: ScanPlan, parts: Sequence[ScanPlan], options: ScanOptions) -> None:
        self._feed = whole.feed()  # who knows what may be probed; nothing is taken from it
        self._meeting = whole.names > 0
        self._crew = Crew(_tasks(whole, parts, options), RateShares(options.rate, len(parts)))
        self._came = CameRows()
        self._tries = [1] * len(parts)
        self._warnings = WarningLines(*self._feed.warnings)
        self._deaths: list[str] = []
        self._error: Exception | None = None
        self._stop_asked = self._lost_some = self._held_back = False
        self._silent: list[tuple[int, int, int]] | None = None  # nobody asks for them
        self._stop_by = 0.0
        self.complete = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows as they come."""
        crew = self._crew
        try:
            crew.hand_out(tells_silent=self._silent is not None)
            while crew.running:
                rows: list[Result] = []
                held_back: list[Result] = []
                for line, topic, payload in crew.words():
                    if topic is Topic.ROWS:
                        (held_back if line.settled else rows).extend(self._rows(line, payload))
                    elif topic is Topic.SETTLED:
                        line.settles()
                    elif topic is Topic.SILENT and not line.settled:
                        self._passed_over(payload)
                    elif topic is Topic.ENDED:
                        crew.ended(line, unpacked_state(payload))
                    elif topic is Topic.FAILED:
                        self._failed(line, failure_of(payload))
                    elif topic is None:
                        self._died(line)
                yield rows
                if held_back:
                    self._held_back = True
                    yield held_back
                    self._held_back = False
                if self._stop_asked and self._stopped_long_ago():
                    break
        finally:
            crew.end()
            self._feed.stop()
        if self._error is not None:
            raise self._error
        self.complete = all(line.state.complete for line in crew.lines)

    def _rows(self, line: WorkerLine, payload: bytes) -> list[Result]:
        rows = line.unpacker.unpack(payload)
        if self._tries[line.part] > 1:
            return self._came.new(rows)
        self._came.add(rows)
        return rows

    def _passed_over(self, payload: bytes) -> None:
        if self._silent is not None:
            self._silent += [(version, scope, number) for version, scope, number in json.loads(payload)]

    def tell_of(self, answered: Iterable[KnownResponder]) -> None:
        """These answered before; to be told before it begins."""
        self._crew.tell(packed_places(answered))

    def take_silent(self) -> list[tuple[int, int, int]]:
        """The hosts that were passed over since the last call, from the first one on."""
        silent, self._silent = self._silent or [], []
        return silent

    def _failed(self, line: WorkerLine, error: Exception) -> None:
        """On one machine, what is wrong for one is wrong for all, so nobody else tries it. The others end in good order
        first: no row is lost."""
        self._crew.ended(line)
        self._error = self._error or error
        self.stop()

    def _died(self, line: WorkerLine) -> None:
        how, tried = line.how_it_died(), self._tries[line.part]
        again = tried < TRIES and not self._stop_asked and not line.cannot_begin
        who = f"process {line.part + 1} of {len(self._tries)}"
        if tried > 1:  # a like end is no news without this, and lines are told once
            who += f" (try {tried} of {TRIES})"
        if again:
            self._tries[line.part] += 1
            self._crew.replace(line)
            what = "what it had to probe is probed again by another"
        else:
            self._crew.ended(line)
            self._lost_some = True
            what = "it is not replaced, so the scan is not complete"
        self._deaths.append(f"{who} {how}; {what}")

    def _stopped_long_ago(self) -> bool:
        """Asks the workers to end, once. Whether they had time enough."""
        now = monotonic()
        if not self._stop_by:
            self._stop_by = now + STOP_S
            self._crew.stop()
        return now >= self._stop_by

    def stop(self) -> None:
        """End soon: within 0.1 s the workers are told."""
        self._stop_asked = True

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids this port."""
        return self._feed.permits(place, port)

    def may_ask(self, place: Place, port: int) -> bool:
        """Whether this port may be asked besides."""
        return port not in self._feed.ports_of(place) and self._feed.permits(place, port)

    @property
    def unsettled(self) -> Unsettled:
        """All of what a worker says once it was stopped, or has failed; no row from before that, though it comes later.
        Who would vouch for silence may be in a part that was lost."""
        if self._held_back:
            return Unsettled.ALL
        return Unsettled.UNVERIFIED if self._lost_some else Unsettled.NONE

    @property
    def headway(self) -> Headway:
        """How far all are."""
        each = [line.state.headway for line in self._crew.lines]
        return joined_headway((*each, Headway(attempts=self._crew.attempts)), meeting=self._meeting)

    @property
    def unanswered(self) -> int:
        """Attempts beyond the attached networks that met silence or a "no"."""
        return self._crew.unanswered + sum(line.state.unanswered for line in self._crew.lines)

    @property
    def warnings(self) -> list[str]:
        """Those of all."""
        told = [text for line in self._crew.lines for text in line.state.warnings if text not in line.quiet]
        return self._warnings.gather((*told, *self._deaths))

    @property
    def details(self) -> list[str]:
        """What this system lacks, and how many processes there are."""
        told = [text for line in self._crew.lines for text in line.state.details]
        return [f"shared among {len(self._tries)} processes", *dict.fromkeys(told)]

    @property
    def evidence(self) -> dict[str, Any]:
        """What the timeouts of all rest on, those that died among them, as they said last."""
        said = [line.state.evidence for line in self._crew.lines if line.state.evidence]
        return {**joined(said, replaced=self._crew.evidence), "skipped": self._feed.skipped}

    @property
    def skipped_texts(self) -> list[str]:
        """Which kinds of addresses were left out."""
        return self._feed.skipped_texts


def _tasks(whole: ScanPlan, parts: Sequence[ScanPlan], options: ScanOptions) -> list[WorkerTask]:
    count = len(parts)
    needs = list(whole.needs)
    at_once = [None] * count if options.concurrency is None else divided(options.concurrency, count)
    return [
        WorkerTask(part, options.shared(concurrency=most, rate=options.rate), needs, count)
        for part, most in zip(parts, at_once, strict=True)
    ]
