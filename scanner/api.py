"""The library's face: joins what to probe (`targets`), how (`engine`) and the rows that come of it.

`scan`, `load_targets` and `sweep` are for programs; `Scan` is the same with its inside open, for the command line.
Reports are not written here: the rows are handed out, and who wants them on disk uses `reports`.
"""

import socket
from collections.abc import Iterable, Iterator
from typing import Any

from scanner import confidence
from scanner.engine.acceptall import AcceptsAll
from scanner.engine.hostrate import HostRate
from scanner.engine.kernel import Kernel
from scanner.engine.limits import raise_descriptor_limit
from scanner.engine.loop import Engine, iso_time
from scanner.engine.neighbours import Neighbours, attached_networks, table_size
from scanner.engine.schedule import Schedule
from scanner.errors import UsageError
from scanner.expectations import Expectations
from scanner.model import Endpoint, Result, Target
from scanner.targets.entry import Settings
from scanner.targets.feed import Feed
from scanner.targets.plan import Plan, plan_from_file, plan_from_sweep, plan_from_targets

__all__ = ["Scan", "ScanOptions", "Sweep", "iso_time", "load_targets", "scan", "sweep"]


class ScanOptions:
    """How to probe. `rate` and `host_rate` are attempts per second; `concurrency` is probes in flight; `source` a
    numeric local address; `poller` one of `engine.pollers.available()`. None means: what the machine allows.
    """

    __slots__ = ("canary", "concurrency", "host_rate", "poller", "rate", "source", "strict")

    def __init__(
        self,
        *,
        concurrency: int | None = None,
        rate: float | None = None,
        host_rate: float | None = None,
        source: str | None = None,
        poller: str | None = None,
        strict: bool = False,
        canary: bool = False,
    ) -> None:
        for name, value in (("concurrency", concurrency), ("rate", rate), ("host_rate", host_rate)):
            if value is not None and not 0 < value < float("inf"):
                raise UsageError(f"{name}={value}: must be more than 0")
        self.concurrency = concurrency
        self.rate = rate
        self.host_rate = host_rate
        self.source = source
        self.poller = poller
        self.strict = strict
        self.canary = canary


class _WithCanaries:
    """The feed, with the canaries that were asked for in front."""

    def __init__(self, feed: Feed, accepts: AcceptsAll) -> None:
        self._feed = feed
        self._accepts = accepts

    def take(self, n: int) -> list[Endpoint]:
        wanted = self._accepts.wanted
        if not wanted:
            return self._feed.take(n)
        out, wanted[:] = wanted[:n], wanted[n:]
        return out

    @property
    def exhausted(self) -> bool:
        return not self._accepts.wanted and self._feed.exhausted

    @property
    def total(self) -> int:
        return self._feed.total


class Scan:
    """One scan of a plan. Iterate `batches`; everything else may be looked at between two of them."""

    def __init__(self, plan: Plan, options: ScanOptions | None = None) -> None:
        options = options or ScanOptions()
        kernel = Kernel(options.source or "")
        self._clock = kernel.clock
        self._feed = plan.feed()
        self._accepts = AcceptsAll(lambda before: self._engine.waiting_at(before), canary=options.canary)
        self._expectations = Expectations(strict=options.strict)
        self._expecting = plan.expecting
        self._schedule = Schedule(
            _WithCanaries(self._feed, self._accepts),
            now=kernel.clock(),
            rate=options.rate,
            host_rate=HostRate(options.host_rate) if options.host_rate else None,
            neighbours=_neighbours(),
        )
        self._engine = Engine(
            self._schedule,
            kernel,
            capacity=raise_descriptor_limit(),
            concurrency=options.concurrency,
            poller=options.poller,
        )
        self.complete = False

    def batches(self) -> Iterator[list[Result]]:
        """The rows, a list for each round of the engine and at least every 0.1 s, maybe empty.

        Closing the generator early closes every socket.
        """
        feed, accepts, engine = self._feed, self._accepts, self._engine
        mark, expecting = self._expectations.apply, self._expecting
        for rows in engine.rounds():
            if feed.pending:
                feed.remember(rows)
            if late := feed.rows():
                rows = rows + late
            if engine.opened or not accepts.idle:
                rows = accepts.apply(rows, self._clock())
            yield mark(rows) if rows and expecting else rows
        rows = feed.rows() + accepts.finish(complete=not engine.stopped)
        yield mark(rows) + self._expectations.finish()
        self.complete = not engine.stopped

    def stop(self) -> None:
        """End after the present round. Safe from a signal handler."""
        self._engine.stop()

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
        """Plain one-line warnings so far."""
        return [*self._feed.warnings, *self._engine.warnings]

    @property
    def evidence(self) -> dict[str, Any]:
        """What the timeouts rest on, for the report's `scan` part: the keys of `confidence.evidence`."""
        timeouts = self._engine.timeouts - self._accepts.canary_timeouts
        return confidence.evidence(self._schedule.paths.all(), timeouts)

    def notes(self) -> list[str]:
        """How sure the answers are, for people."""
        return confidence.sentences(self.evidence)


def _neighbours() -> Neighbours | None:
    networks = attached_networks()
    return Neighbours(networks, table_size()) if networks else None


class Sweep:
    """Hosts times ports. Iterate it to probe them with its own options, or hand it to `scan`."""

    def __init__(self, hosts: list[str], ports: str, settings: dict[str, Any]) -> None:
        self.hosts = hosts
        self.ports = ports
        self._settings = settings

    def __iter__(self) -> Iterator[Result]:
        return scan(self, **self._settings)


def scan(
    targets: "Plan | Sweep | Iterable[Target]",
    *,
    timeout: float | None = None,
    retries: int | None = None,
    concurrency: int | None = None,
    rate: float | None = None,
    host_rate: float | None = None,
    source: str | None = None,
    poller: str | None = None,
    expect: str | None = None,
    family: int = 0,
    vantage: str | None = None,
    strict: bool = False,
    canary: bool = False,
) -> Iterator[Result]:
    """Probes every target and yields a Result for each row, as the verdicts fall.

    `targets`: what `load_targets` or `sweep` gave, or any Target objects. `timeout` in seconds for one attempt;
    `retries` further attempts after a silent one, at least; `rate` and `host_rate` in attempts per second;
    `family` 0, 4 or 6. Raises UsageError (a ScannerError) for impossible values, before anything is probed.
    Leaving the loop early closes every socket.
    """
    options = ScanOptions(
        concurrency=concurrency,
        rate=rate,
        host_rate=host_rate,
        source=source,
        poller=poller,
        strict=strict,
        canary=canary,
    )
    sweeping = isinstance(targets, Sweep)
    settings = Settings(
        timeout=timeout,
        retries=retries,
        expect=expect,
        family=family,
        vantage=socket.gethostname() if vantage is None else vantage,
        builtin_timeout=1.0 if sweeping else 4.0,
        builtin_expect="" if sweeping else "open",
    )
    if isinstance(targets, Sweep):
        plan = plan_from_sweep(targets.hosts, targets.ports, settings)
    elif isinstance(targets, Plan):
        plan = targets.with_settings(settings)
    else:
        plan = plan_from_targets(targets, settings)
    return _rows(Scan(plan, options))


def _rows(running: Scan) -> Iterator[Result]:
    batches = running.batches()
    try:
        for rows in batches:
            yield from rows
    finally:
        batches.close()  # type: ignore[attr-defined]


def load_targets(path: str) -> Plan:
    """Reads a YAML target list. Iterating the answer gives its targets; `scan` probes them.

    Raises TargetError (a ScannerError) with every mistake of the file at once, each with its line and column.
    """
    return plan_from_file(str(path), Settings(builtin_timeout=4.0, builtin_expect="open"))


def sweep(hosts: str | Iterable[str], ports: str | int | Iterable[int], **settings: Any) -> Sweep:
    """Every port of every host. `hosts`: names, addresses, CIDR, ranges; `ports`: `22,80,8000-8100`, or ints.

    Keyword arguments are those of `scan`. Iterate the answer for the results, or hand it to `scan`.
    """
    if not isinstance(ports, str):
        ports = str(ports) if isinstance(ports, int) else ",".join(str(port) for port in ports)
    return Sweep([hosts] if isinstance(hosts, str) else [str(host) for host in hosts], ports, settings)
