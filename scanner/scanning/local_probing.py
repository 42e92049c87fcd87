"""Probing in this process: one engine, its feed, and what its rows go through before anybody else sees them.

What is probed comes in as a plan (`scan_plan.py`), and nothing here knows how targets are written. The rows' way from
the engine on is in `pipeline.py`.
"""

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.flight.open_ways import open_ways
from scanner.engine.loop import Engine
from scanner.engine.room.conntrack import open_conntrack
from scanner.engine.schedule import Schedule
from scanner.engine.truth.location import location_of, was_heard
from scanner.machine.attached_networks import attached_networks, nowhere
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.kernel import Kernel
from scanner.machine.memory import sockets_in_memory
from scanner.machine.neighbour_entries import neighbour_entries
from scanner.machine.neighbour_table import table_size
from scanner.model import Place, Result
from scanner.scanning import certainty
from scanner.scanning.discovery import Deciding, HostDiscovery, Showing
from scanner.scanning.late_names import LateNames
from scanner.scanning.options import ScanOptions
from scanner.scanning.phantoms.accepts_all import AcceptsAll
from scanner.scanning.phantoms.address_ranges import Range
from scanner.scanning.phantoms.extra_probes import Permits
from scanner.scanning.phantoms.marking import Marking
from scanner.scanning.pipeline import Pipeline
from scanner.scanning.probing import Headway, Unsettled
from scanner.scanning.responder_choice import KnownResponder
from scanner.scanning.scan_plan import ScanPlan
from scanner.scanning.told_responders import ToldResponders
from scanner.scanning.warning_lines import WarningLines
from scanner.words.stamp import time_of_day


class LocalProbing:
    """`Probing` (see there) of a plan. `permits` and `ranges`: what may be probed, and the ranges that hosts are of,
    where another plan knows; None: this one. `sharers`: how many processes share what this machine has only once."""

    def __init__(
        self,
        plan: ScanPlan,
        options: ScanOptions,
        *,
        permits: Permits | None = None,
        ranges: Sequence[Range] | None = None,
        sharers: int = 1,
    ) -> None:
        kernel = Kernel(options.source or "")
        self._kernel = kernel
        self._feed = plan.feed()
        self._permits: Permits = permits or self._feed.permits
        self._accepts = AcceptsAll(
            lambda: self._engine.waiting(),
            canary=options.canary,
            ranges=plan.ranges if ranges is None else ranges,
            every=plan.every,
            permits=self._permits,
            listed=self._feed.ports_of,
        )
        attached = attached_networks()
        self._schedule = Schedule(
            self._feed,
            now=kernel.clock(),
            rate=options.rate,
            host_rate=HostRate(options.host_rate) if options.host_rate else None,
            attached=attached,
            neighbours=Neighbours(table_size(), neighbour_entries, sharers=sharers) if attached is not None else None,
        )
        in_memory = sockets_in_memory()
        self._engine = Engine(
            self._schedule,
            kernel,
            capacity=raise_descriptor_limit(kernel.lacks),  # before the reports are open: see `_batches`
            concurrency=options.concurrency,
            in_memory=None if in_memory is None else max(1, in_memory // sharers),
            poller=options.poller,
            conntrack=open_conntrack(sharers=sharers),
            ways=open_ways(kernel, options.source, was_heard),
        )
        self._warnings = WarningLines()
        hosts = self._feed.discovery
        near = attached.has if attached is not None else nowhere
        self._discovery = HostDiscovery(hosts, _grows, near) if hosts is not None else None
        self._told = ToldResponders(self._schedule, kernel.clock)
        self._pipeline = Pipeline(
            self._told,
            *([Deciding(self._discovery)] if self._discovery else []),
            Marking(self._accepts, self._engine, self._schedule, kernel.clock),
            LateNames(self._feed),
            *([Showing(self._discovery)] if self._discovery else []),
        )
        self.complete = self._failed = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, a list for each turn of the engine."""
        try:
            yield from self._batches()
        finally:
            self._feed.stop()

    def _batches(self) -> Generator[list[Result], None, None]:
        feed, engine, pipeline = self._feed, self._engine, self._pipeline
        room = raise_descriptor_limit()
        resolving = feed.resolving
        engine.fit(room - feed.fit(room))
        try:
            for rows in engine.turns():
                if resolving:
                    feed.hear()  # also while there is no room for probes
                    if not feed.resolving:
                        resolving = False
                        engine.fit(room)
                yield pipeline.apply(rows)
        except Exception:  # what is held back comes first, then the error
            self._failed = True
            if held := pipeline.finish(complete=False):
                yield held
            raise
        yield pipeline.finish(complete=not engine.stopped)
        self.complete = not engine.stopped

    def tell_of(self, answered: Iterable[KnownResponder]) -> None:
        """These answered elsewhere (`told_responders.py`)."""
        self._told.tell(answered)

    def hold(self, holds: bool) -> None:
        """Launch nothing, until told otherwise: whoever takes the rows cannot keep up."""
        self._engine.hold(holds)

    def may_send(self, rate: float) -> None:
        """The rate is so many SYNs a second from now on, which is more than before."""
        self._schedule.may_send(rate, self._kernel.clock())

    def take_silent(self) -> list[tuple[int, int, int]]:
        """The hosts that were passed over since the last call."""
        return self._discovery.take_silent() if self._discovery is not None else []

    def stop(self) -> None:
        """End after the present turn."""
        self._engine.stop()
        self._feed.stop()

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids this port."""
        return self._permits(place, port)

    def may_ask(self, place: Place, port: int) -> bool:
        """Whether this port may be asked besides."""
        return port not in self._feed.ports_of(place) and self._permits(place, port)

    @property
    def unsettled(self) -> Unsettled:
        """All of what comes once it was asked to stop, or has failed."""
        return Unsettled.ALL if self._engine.stopped or self._failed else Unsettled.NONE

    @property
    def headway(self) -> Headway:
        """How far it is."""
        feed, schedule, discovery = self._feed, self._schedule, self._discovery
        if (hosts := feed.discovery) is None:
            total, undecided = feed.total, 0
        else:
            undecided = hosts.undecided + feed.unresolved
            total = hosts.rows + undecided
        return Headway(
            attempts=self._engine.attempts,
            begun=schedule.begun,
            beside=schedule.beside,
            total=total,
            to_probe=feed.total if discovery is None else discovery.to_probe + feed.unresolved,
            hosts=feed.hosts,
            answering=min(self._engine.rows.answering - self._told.answering, feed.hosts),
            undecided=undecided,
        )

    @property
    def unanswered(self) -> int:
        """Attempts beyond the attached networks that met silence or a "no"."""
        afar = [path.counts for path in self._schedule.paths.all() if not path.attached]
        return sum(counts.silent_attempts + counts.denied for counts in afar)

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far."""
        return self._warnings.gather((*self._feed.warnings, *self._engine.warnings))

    @property
    def details(self) -> list[str]:
        """What this system lacks, so far."""
        return list(self._kernel.lacks.notes)

    @property
    def evidence(self) -> dict[str, Any]:
        """What the timeouts rest on (`certainty.evidence`), how many addresses in ranges were `skipped` because they
        are never probed, and, where hosts are asked first, the `silent_hosts`."""
        hosts = {} if self._discovery is None else {"silent_hosts": self._discovery.silent_hosts()}
        return {**self.evidence_so_far, **hosts}

    @property
    def evidence_so_far(self) -> dict[str, Any]:
        """The same without the hosts that were passed over, which may be many."""
        rows, paths = self._engine.rows, self._schedule.paths.all()
        if (discovery := self._discovery) is None:
            timeouts, denied = self._accepts.without_extras(
                rows.timeouts - self._told.timeouts, rows.denied - self._told.denied
            )
        else:
            timeouts, denied = discovery.timeouts, discovery.denied
        return {
            **certainty.evidence([path.counts for path in paths], timeouts, self._time_of_day, denied),
            "skipped": self._feed.skipped,
        }

    @property
    def skipped_texts(self) -> list[str]:
        """Which kinds of addresses were left out."""
        return self._feed.skipped_texts

    def _time_of_day(self, when: float) -> str:
        """An instant of the engine's clock as people write it: `14:02:07 UTC`."""
        return time_of_day(self._kernel.wall() - (self._kernel.clock() - when))


def _grows(place: Place) -> None:
    """There are more targets at this place now, because it answered."""
    if (location := location_of(place)) is not None:
        location.grows(place)
