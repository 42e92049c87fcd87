"""`--explain`: after a scan, where its blocked targets stop, and who else answers where they are silent.

Gathers them (`blocked.py`, `silence_witnesses.py`), asks hosts that nobody speaks for, traces some targets, groups all.
The questions come first: they take little time, and the traces what is left. How a scan is made is not known here: what
asks is handed over (`Asker`).
"""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from socket import inet_pton
from typing import Any, Protocol

from scanner.machine.attached_networks import attached_networks, nowhere
from scanner.machine.kernel import Kernel
from scanner.machine.neighbour_entries import NeighbourKey, Resolution, neighbour_entries, neighbour_key
from scanner.model import Place, Result, Trace
from scanner.tracing.blocked import Blocked
from scanner.tracing.run import make_tracer
from scanner.tracing.silence_witnesses import SilenceWitnesses, WitnessQuestion
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.tracer import Tracer

#: The most seconds that explaining takes, also where `--rate` or `--host-rate` let few probes out; and how many of them
#: the questions may take.
LIMIT_S, ASKING_S = 20.0, 8.0
_PAUSING_S = 0.02
#: With fewer neighbours than these (Linux: gc_thresh1) the kernel forgets none that it has asked for lately.
_ENTRIES_KEPT = 128


class Asking(Protocol):
    """Questions under way."""

    def batches(self) -> Generator[list[Result]]:
        """The verdicts on them, a list at least every 0.1 s, maybe empty; closing it early closes every socket."""
        ...

    def stop(self) -> None:
        """End soon."""
        ...


#: Begins to ask, as the scan asked.
Asker = Callable[[Sequence[WitnessQuestion]], Asking]


class Explanation:
    """Give it a scan's results, then run `turns`, then ask `as_dict`.

    `ask`: what asks hosts that nobody speaks for; None: nobody asks them. `may_ask`: whether a port that the scan has
    not asked at a place may be asked there.
    """

    def __init__(
        self,
        options: TraceOptions,
        ask: Asker | None = None,
        may_ask: Callable[[Place, int], bool] = lambda place, port: False,
    ) -> None:
        self._options = after_a_scan(options)
        self._ask = ask
        self._may_ask = may_ask
        attached = attached_networks()
        self._blocked = Blocked()
        self._witnesses = SilenceWitnesses(attached.has if attached is not None else nowhere)
        self._questions: list[WitnessQuestion] | None = None
        self._tracer: Tracer | None = None
        self._traces: dict[tuple[str, int], Trace] = {}
        self._stopping = False
        self.tracing = 0  #: so many targets are being traced, or were
        self._complete = False

    def add(self, results: Sequence[Result]) -> None:
        """Takes a batch of results of any state. The blocked ones get their `group`."""
        self._blocked.add(results)
        self._witnesses.add(results)

    @property
    def count(self) -> int:
        """The blocked targets so far."""
        return self._blocked.count

    def stop(self) -> None:
        """End soon, with what is known. Safe from a signal handler."""
        self._stopping = True
        if self._tracer is not None:
            self._tracer.stop()

    def questions(self) -> list[WitnessQuestion]:
        """What will be asked before anything is traced, once all results are in."""
        if self._questions is None:
            self._ask_for_neighbours()
            self._questions = self._witnesses.to_ask(self._may_ask) if self._ask is not None else []
        return self._questions

    def _ask_for_neighbours(self) -> None:
        if self._witnesses.any_vacant:
            self._witnesses.neighbours(absent_neighbours())

    def turns(self) -> Generator[None]:
        """Asks, and traces what is blocked, a turn at least every 0.1 s. Closing it early closes every socket."""
        begun = time.monotonic()
        yield from self._asking(begun + min(ASKING_S, self._options.limit_s / 2))
        left_s = max(0.0, self._options.limit_s - (time.monotonic() - begun))
        endpoints = self._blocked.to_trace()
        options = self._options._replace(limit_s=left_s)
        self._tracer = make_tracer(endpoints, Kernel(self._options.source or ""), options)
        self.tracing = len(endpoints)
        if self._stopping:
            self._tracer.stop()
        for traced in self._tracer.turns():
            for endpoint, trace in traced:
                self._traces[endpoint.place.address, endpoint.port] = trace
                self._witnesses.traced(trace)
            yield
        self._complete = self._tracer.complete

    def _asking(self, end_at: float) -> Generator[None]:
        """Until all questions are answered, or it is `end_at`."""
        questions, ask = self.questions(), self._ask
        if not questions or ask is None:
            return
        begin_at = time.monotonic() + self._options.pause_s
        while not self._stopping and time.monotonic() < min(begin_at, end_at):
            time.sleep(_PAUSING_S)
            yield
        if self._stopping or time.monotonic() >= end_at:
            self._witnesses.unasked()
            return
        asking = ask(questions)
        with closing(asking.batches()) as batches:
            for results in batches:
                self._witnesses.heard(results)
                if self._stopping or time.monotonic() >= end_at:
                    asking.stop()
                yield
        self._ask_for_neighbours()

    def as_dict(self) -> dict[str, Any]:
        """`{complete, traced, groups, by_row, witnesses, more_targets}` for the report's `scan` part: the groups and
        what rows belong to them as of `Stops`, the others as of `SilenceWitnesses`.

        Before anything was traced the groups are what the scan itself has met, for its rows carry their keys; nothing
        is told yet of others. Nothing blocked is complete.
        """
        complete = self._complete or not self._blocked.count
        groups, by_row = self._blocked.stops(self._traces)
        witnesses = self._witnesses.as_dicts() if self._tracer is not None else []
        traced = sum(trace.end.state is not None for trace in self._traces.values())
        return {
            "complete": complete,
            "traced": traced,
            "groups": groups,
            "by_row": by_row,
            "witnesses": witnesses,
            "more_targets": self._witnesses.more_targets,
        }


def after_a_scan(options: TraceOptions) -> TraceOptions:
    """The same within LIMIT_S, and with a pause until what the scan has sent no longer counts at its rates: they hold
    for any second."""
    slowest = options.slowest
    pause_s = max(1.0, 1.0 / slowest) if slowest else 0.0
    return options._replace(limit_s=min(options.limit_s, LIMIT_S), pause_s=pause_s)


def absent_neighbours(
    read: Callable[[int], dict[NeighbourKey, Resolution] | None] = neighbour_entries,
) -> Callable[[Place], bool]:
    """What tells of an attached address whether the kernel asked for it in vain. A local firewall may reject in its
    name: then it is there, or was never asked for. `read`: the kernel's table of a family, None where it has none."""
    found: dict[int, dict[NeighbourKey, Resolution]] = {}

    def is_absent(place: Place) -> bool:
        if place.family not in found:
            try:
                found[place.family] = read(place.family) or {}
            except OSError:  # no descriptor, no memory: nothing is known
                found[place.family] = {}
        entries = found[place.family]
        key = neighbour_key(place.family, inet_pton(place.family, place.numeric), place.scope)
        resolution = entries.get(key)
        if resolution is None:
            return len(entries) >= _ENTRIES_KEPT
        return resolution in (Resolution.FAILED, Resolution.RESOLVING)

    return is_absent
