"""One scan of a plan, joined: the engine, and what its rows go through before they are handed out.

What is probed comes in as `ScanPlan`, so that nothing here knows how targets are written; `scanner.api` hands in a
`targets.plan.Plan`.
"""

from collections.abc import Generator, Sequence
from typing import Any, Protocol

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.loop import Engine
from scanner.engine.room.conntrack import open_conntrack
from scanner.engine.room.lost_ways import Ways
from scanner.engine.schedule import Schedule, Source
from scanner.errors import UsageError
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.kernel import Kernel
from scanner.machine.neighbour_table import table_size
from scanner.machine.networks import routed_networks
from scanner.machine.route_table import read_routes
from scanner.model import Place, Result
from scanner.scanning import certainty as confidence
from scanner.scanning import flow_tables as flows
from scanner.scanning.expectations import Expectations
from scanner.scanning.options import ScanOptions
from scanner.scanning.phantoms.accepts_all import AcceptsAll
from scanner.scanning.phantoms.address_ranges import Range
from scanner.scanning.phantoms.marking import mark as mark_phantoms
from scanner.words.stamp import time_of_day


class ScanFeed(Source, Protocol):
    """The endpoints of one scan, and the rows of names that need no probe: `targets.feed.Feed`."""

    warnings: list[str]
    skipped: int
    skipped_texts: list[str]

    @property
    def resolving(self) -> bool: ...

    @property
    def pending(self) -> bool: ...

    def fit(self, descriptors: int) -> int: ...

    def hear(self) -> None: ...

    def rows(self) -> list[Result]: ...

    def remember(self, results: list[Result]) -> None: ...

    def permits(self, place: Place, port: int) -> bool: ...

    def ports_of(self, place: Place) -> Sequence[int]: ...

    def stop(self) -> None: ...


class ScanPlan(Protocol):
    """What is to be probed: `targets.plan.Plan`."""

    @property
    def expecting(self) -> bool: ...

    @property
    def afar(self) -> int: ...

    @property
    def addresses(self) -> int: ...

    @property
    def names(self) -> int: ...

    @property
    def ranges(self) -> Sequence[Range]: ...

    def feed(self) -> ScanFeed: ...


class Scan:
    """One scan of a plan. Iterate `batches`; everything else may be looked at between two of them."""

    def __init__(self, plan: ScanPlan, options: ScanOptions | None = None) -> None:
        options = options or ScanOptions()
        kernel = Kernel(options.source or "")
        self._lacks = kernel.lacks
        self._clock, self._wall = kernel.clock, kernel.wall
        self._feed = plan.feed()
        self._accepts = AcceptsAll(
            lambda: self._engine.waiting(),
            canary=options.canary,
            ranges=plan.ranges,
            permits=self._feed.permits,
            listed=self._feed.ports_of,
        )
        self._expectations = Expectations(strict=options.strict)
        self._expecting = plan.expecting
        self._schedule = Schedule(
            self._feed,
            now=kernel.clock(),
            rate=options.rate,
            host_rate=HostRate(options.host_rate) if options.host_rate else None,
            neighbours=_neighbours(),
        )
        self._engine = Engine(
            self._schedule,
            kernel,
            capacity=raise_descriptor_limit(kernel.lacks),  # before the reports are open: see `_batches`
            concurrency=options.concurrency,
            poller=options.poller,
            conntrack=open_conntrack(),
            ways=Ways(
                read_routes(),
                source=options.source or "",
                no_way=kernel.no_way,
                clock_time=lambda: time_of_day(kernel.wall()),
            ),
        )
        flood = flows.warning(plan.afar, plan.addresses + plan.names, options.rate, options.host_rate)
        self._warnings = [flood] if flood else []
        self.complete = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, a list for each round of the engine and at least every 0.1 s, maybe empty.

        Closing the generator early closes every socket.
        """
        try:
            yield from self._batches()
        finally:
            self._feed.stop()

    def _batches(self) -> Generator[list[Result], None, None]:
        feed, accepts, engine = self._feed, self._accepts, self._engine
        mark, expecting = self._expectations.apply, self._expecting
        room = raise_descriptor_limit()
        resolving = feed.resolving
        engine.fit(room - feed.fit(room))
        try:
            for rows in engine.rounds():
                if resolving:
                    feed.hear()  # also while there is no room for probes
                    if not feed.resolving:
                        resolving = False
                        engine.fit(room)
                rows = mark_phantoms(accepts, engine, self._schedule, rows, self._clock())
                if feed.pending:  # with their doubts, for names that lead there, too
                    feed.remember(rows)
                if late := feed.rows():
                    rows = rows + late
                yield mark(rows) if rows and expecting else rows
        except Exception:  # what is held back comes first, then the error
            if held := mark(feed.rows() + accepts.finish(complete=False)) + self._expectations.finish():
                yield held
            raise
        if not feed.total and not engine.stopped:  # names led to excluded addresses only: no answer is no success
            raise UsageError(
                "nothing left to probe: all addresses of the names are excluded; check targets and excludes"
            )
        rows = accepts.finish(complete=not engine.stopped)
        if feed.pending:
            feed.remember(rows)
        rows += feed.rows()
        yield mark(rows) + self._expectations.finish()
        self.complete = not engine.stopped

    def stop(self) -> None:
        """End after the present round. Safe from a signal handler."""
        self._engine.stop()
        self._feed.stop()

    @property
    def attempts(self) -> int:
        """Connection attempts made so far."""
        return self._engine.attempts

    @property
    def total(self) -> int:
        """Rows expected, as known now; grows while names resolve."""
        return self._feed.total

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far, in the order in which they came."""
        told = self._warnings
        told += [each for each in (*self._feed.warnings, *self._engine.warnings) if each not in told]
        return list(told)

    @property
    def details(self) -> list[str]:
        """What this system lacks and the scan does without, a plain line each (for `-v`), so far."""
        return list(self._lacks.notes)

    @property
    def evidence(self) -> dict[str, Any]:
        """For the `scan` part: what the timeouts rest on (`confidence.evidence`), and how many addresses of ranges were
        `skipped` because they are never probed."""
        timeouts = self._engine.timeouts - self._accepts.extra_timeouts
        return {
            **confidence.evidence(self._schedule.paths.all(), timeouts, self._time_of_day),
            "skipped": self._feed.skipped,
        }

    def _time_of_day(self, when: float) -> str:
        """An instant of the engine's clock as people tell it: `14:02:07 UTC`."""
        return time_of_day(self._wall() - (self._clock() - when))

    def notes(self) -> list[str]:
        """What was skipped, and how sure the answers are, for people."""
        return [*self._feed.skipped_texts, *confidence.sentences(self.evidence)]


def _neighbours() -> Neighbours | None:
    attached, elsewhere = routed_networks()
    return Neighbours(attached, table_size(), elsewhere) if attached else None
