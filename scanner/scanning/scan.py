"""One scan of a plan, joined: the engine, and what its rows go through before they are handed out.

What is probed comes in as a plan (`scan_plan.py`), and nothing here knows how targets are written. The rows' way from
the engine to whoever wants them is in `pipeline.py`.
"""

from collections.abc import Generator, Sequence
from typing import Any

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.flight.open_ways import open_ways
from scanner.engine.loop import Engine
from scanner.engine.room.conntrack import open_conntrack
from scanner.engine.schedule import Schedule
from scanner.engine.truth.location import location_of, was_heard
from scanner.errors import UsageError
from scanner.machine.attached_networks import attached_networks, nowhere
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.kernel import Kernel
from scanner.machine.memory import sockets_in_memory
from scanner.machine.neighbour_entries import neighbour_entries
from scanner.machine.neighbour_table import table_size
from scanner.model import Place, Result
from scanner.scanning import certainty
from scanner.scanning.discovery import Deciding, HostDiscovery, Showing
from scanner.scanning.expectations import Expectations
from scanner.scanning.flow_tables import FlowWatch
from scanner.scanning.late_names import LateNames
from scanner.scanning.options import ScanOptions
from scanner.scanning.phantoms.accepts_all import AcceptsAll
from scanner.scanning.phantoms.address_ranges import Range
from scanner.scanning.phantoms.extra_probes import Permits
from scanner.scanning.phantoms.marking import Marking
from scanner.scanning.pipeline import Pipeline
from scanner.scanning.scan_plan import ScanPlan
from scanner.scanning.warning_lines import WarningLines
from scanner.words.shown_text import many
from scanner.words.stamp import time_of_day


class Scan:
    """One scan of a plan. Iterate `batches`; everything else may be looked at between two of them.

    `slowly`: the seconds that it takes at a rate that spares flow tables (`flow_tables.py`); None: nothing is said of
    them. `beside`: the scan whose hosts this one asks something else: what may be probed there, and of which ranges the
    hosts are, it knows.
    """

    def __init__(
        self,
        plan: ScanPlan,
        options: ScanOptions | None = None,
        slowly: float | None = None,
        *,
        beside: "Scan | None" = None,
    ) -> None:
        options = options or ScanOptions()
        kernel = Kernel(options.source or "")
        self._plan = plan
        self._kernel = kernel
        self._feed = plan.feed()
        self.permits: Permits = beside.permits if beside else self._feed.permits
        self.ranges: Sequence[Range] = beside.ranges if beside else plan.ranges
        self._accepts = AcceptsAll(
            lambda: self._engine.waiting(),
            canary=options.canary,
            ranges=self.ranges,
            permits=self.permits,
            listed=self._feed.ports_of,
        )
        attached = attached_networks()
        self._schedule = Schedule(
            self._feed,
            now=kernel.clock(),
            rate=options.rate,
            host_rate=HostRate(options.host_rate) if options.host_rate else None,
            attached=attached,
            neighbours=Neighbours(table_size(), neighbour_entries) if attached is not None else None,
        )
        self._engine = Engine(
            self._schedule,
            kernel,
            capacity=raise_descriptor_limit(kernel.lacks),  # before the reports are open: see `_batches`
            concurrency=options.concurrency,
            in_memory=sockets_in_memory(),
            poller=options.poller,
            conntrack=open_conntrack(),
            ways=open_ways(kernel, options.source, was_heard),
        )
        self._warnings = WarningLines()
        hosts = self._feed.discovery
        near = attached.has if attached is not None else nowhere
        self._discovery = HostDiscovery(hosts, _grows, near) if hosts is not None else None
        self.expectations = Expectations(strict=options.strict, needs=plan.needs, warn=self._warnings.gather)
        self._pipeline = Pipeline(
            *([Deciding(self._discovery)] if self._discovery else []),
            Marking(self._accepts, self._engine, self._schedule, kernel.clock),
            LateNames(self._feed),
            *([Showing(self._discovery)] if self._discovery else []),
            *([self.expectations] if plan.expecting else []),
        )
        self._flows = FlowWatch(slowly) if slowly is not None and plan.afar else None
        self.complete = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, a list for each turn of the engine and at least every 0.1 s, maybe empty.

        Closing the generator early closes every socket.
        """
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
                self._watch_flows()
                yield pipeline.apply(rows)
            self._watch_flows(last=True)
        except Exception:  # what is held back comes first, then the error
            if held := pipeline.finish(complete=False):
                yield held
            raise
        if not feed.total and not engine.stopped:  # names led only to excluded addresses: having no rows is not success
            raise UsageError(
                "nothing left to probe: all addresses of the names are excluded; check targets and excludes"
            )
        yield pipeline.finish(complete=not engine.stopped)
        self.complete = not engine.stopped

    def _watch_flows(self, *, last: bool = False) -> None:
        now = self._kernel.clock()
        if self._flows is not None and self._flows.due(now, last=last):
            afar = [path.counts for path in self._schedule.paths.all() if not path.attached]
            self._flows.look(sum(counts.silent_attempts + counts.denied for counts in afar), now)

    def stop(self) -> None:
        """End after the present turn. Safe from a signal handler."""
        self._engine.stop()
        self._feed.stop()

    def may_ask(self, place: Place, port: int) -> bool:
        """Whether this port may be asked besides: the list does not have it there, and no exclude forbids it."""
        return port not in self._feed.ports_of(place) and self.permits(place, port)

    @property
    def rules(self) -> int:
        """Entries of the list that expect something."""
        return self._plan.rules

    @property
    def attempts(self) -> int:
        """Connection attempts made so far."""
        return self._engine.attempts

    @property
    def begun(self) -> tuple[int, int]:
        """Targets that were taken on so far, and attempts beside those for them (sentinels, canaries)."""
        return self._schedule.begun, self._schedule.beside

    @property
    def total(self) -> int:
        """Rows expected, as far as is known now; grows while names are being resolved.

        A host that is asked first whether it is there counts as one row until that is known.
        """
        if (hosts := self._feed.discovery) is not None:
            return hosts.rows + hosts.undecided + self._feed.unresolved
        return self._feed.total

    @property
    def to_probe(self) -> int:
        """How many of those there are to probe, as far as is known (`HostDiscovery.to_probe`)."""
        return self._feed.total if self._discovery is None else self._discovery.to_probe + self._feed.unresolved

    @property
    def hosts(self) -> int:
        """Hosts to be probed, as far as is known now; 0 where there are too many to tell them apart."""
        return self._feed.hosts

    @property
    def answering(self) -> int:
        """How many of them have answered anything so far: open, refused, or an ICMP error of their own."""
        return min(self._engine.rows.answering, self._feed.hosts)

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far, in the order in which they came."""
        return self._warnings.gather((*self._feed.warnings, *self._engine.warnings, *self.advice))

    @property
    def advice(self) -> list[str]:
        """Those of them that are about the networks on the way, and not about the answers."""
        return self._flows.said if self._flows is not None else []

    @property
    def details(self) -> list[str]:
        """What this system lacks and the scan does without, so far, a plain line each (for `-v`)."""
        return list(self._kernel.lacks.notes)

    @property
    def evidence(self) -> dict[str, Any]:
        """For the report's `scan` part: what the timeouts rest on (`certainty.evidence`), how many addresses in ranges
        were `skipped` because they are never probed, and, where hosts are asked first, the `silent_hosts`."""
        rows, paths = self._engine.rows, self._schedule.paths.all()
        hosts: dict[str, Any] = {}
        if (discovery := self._discovery) is None:
            timeouts, denied = self._accepts.without_extras(rows.timeouts, rows.denied)
        else:
            timeouts, denied = discovery.timeouts, discovery.denied
            hosts = {"silent_hosts": discovery.silent_hosts()}
        return {
            **certainty.evidence([path.counts for path in paths], timeouts, self._time_of_day, denied),
            "skipped": self._feed.skipped,
            **hosts,
        }

    def _time_of_day(self, when: float) -> str:
        """An instant of the engine's clock as people write it: `14:02:07 UTC`."""
        return time_of_day(self._kernel.wall() - (self._kernel.clock() - when))

    def notes(self, *, verbose: bool = False) -> list[str]:
        """What was skipped, what nobody came to ask, and who stopped answering, for people; `verbose`: also what the
        answers rest on."""
        hosts, unasked = self._feed.discovery, []
        if hosts is not None and not self.complete and (count := hosts.undecided + self._feed.unresolved):
            unasked = [f"{many(count, 'host')} not scanned: it is not known whether they answer"]
        numbers = self.evidence
        rest = certainty.statistics(numbers) if verbose else []
        return [*self._feed.skipped_texts, *unasked, *certainty.stopped_sentence(numbers), *rest]


def _grows(place: Place) -> None:
    """There are more targets at this place now, because it answered."""
    if (location := location_of(place)) is not None:
        location.grows(place)
