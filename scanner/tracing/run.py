"""Where on the way connections stop: joins targets, engine and names of hops, for `scanner trace` and `--explain`.

The way is found in `trace/tracer.py`; here is who is traced, and what the hops are called.
"""

import time
from collections.abc import Iterable, Iterator, Sequence

from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.room.lost_ways import Ways
from scanner.errors import TargetError, UsageError
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.kernel import Kernel
from scanner.machine.networks import routed_networks
from scanner.machine.route_table import read_routes
from scanner.model import End, Endpoint, Result, Trace
from scanner.targets.entry import Entry, Settings
from scanner.targets.file.sources import pairs_apart
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.typed_words import trace_target
from scanner.targets.names.reverse_names import ReverseNames
from scanner.targets.plan import Plan
from scanner.tracing.route import MOST_HOPS
from scanner.tracing.tracer import Tracer
from scanner.words.shown_text import shown
from scanner.words.stamp import time_of_day

#: A trace is for looking at: beyond so many targets nobody does. Memory is bounded, too.
MOST_TARGETS = 1000
#: How long the end may wait for names.
_NAMES_S = 1.0
_RESOLVING_S = 0.01
#: How long the beginning waits for a name's second family once the first is there: all targets are traced at once.
_OTHER_FAMILY_S = 1.0


class TraceOptions:
    """How to trace. `timeout`: seconds for each attempt (None: built in); `source` a numeric local address;
    `names`: look up what the hops are called; `rate`, `host_rate`: SYNs per second; `limit_s`: seconds after which it
    ends, whatever is unknown; `pause_s`: seconds before the first probe, for rates that others have used up.
    """

    __slots__ = ("host_rate", "limit_s", "most_hops", "names", "pause_s", "poller", "rate", "source", "timeout")

    def __init__(
        self,
        *,
        timeout: float | None = None,
        most_hops: int = MOST_HOPS,
        source: str | None = None,
        names: bool = True,
        rate: float | None = None,
        host_rate: float | None = None,
        limit_s: float = float("inf"),
        pause_s: float = 0.0,
        poller: str | None = None,
    ) -> None:
        self.timeout = timeout
        self.pause_s = pause_s
        self.most_hops = most_hops
        self.source = source
        self.names = names
        self.rate = rate
        self.host_rate = host_rate
        self.limit_s = limit_s
        self.poller = poller


def plan_of(
    words: Sequence[str], family: int = 0, dns_timeout: float | None = None, excludes: Sequence[Exclude] = ()
) -> Plan:
    """What `HOST:PORT` words stand for, names not resolved yet. Errors: TargetError with all mistakes, UsageError."""
    entries: list[Entry] = []
    words, problems = pairs_apart(words)
    for word in words:
        try:
            hosts, ports = trace_target(word)
            if ports is None:
                raise TargetError(f"{shown(word)} names no port; write HOST:PORT, such as {word[:60]}:443")
        except TargetError as error:
            problems += error.problems
        else:
            entries.append(Entry(hosts, ports, label=shown(word)))
    if problems:
        raise TargetError(*problems)
    said = Settings(family=family, dns_timeout=dns_timeout, builtin_expect="", allow_any=True)
    plan = Plan(entries, excludes, said).check()
    if plan.count > MOST_TARGETS:
        raise UsageError(
            f"{plan.count:,} targets are too many to trace (at most {MOST_TARGETS:,}); "
            "write fewer, or `scanner sweep --explain`, which traces a few of those that are blocked"
        )
    return plan


class Tracing:
    """Traces of a plan. Iterate `rounds`; then `traces` has them all, in the order of the words."""

    def __init__(self, plan: Plan, options: TraceOptions) -> None:
        self._feed = plan.feed()
        self._options = options
        self._kernel = Kernel(options.source or "")
        self._names = ReverseNames() if options.names else None
        self._tracer: Tracer | None = None
        self._found: list[tuple[tuple[int, int], Trace]] = []
        self._stopping = False
        self.complete = False

    def stop(self) -> None:
        """End soon, with what is known. Safe from a signal handler."""
        self._stopping = True
        self._feed.stop()
        if self._tracer is not None:
            self._tracer.stop()

    def rounds(self) -> Iterator[None]:
        """The work, a turn at least every 0.1 s."""
        try:
            yield from self._resolve()
        finally:
            self._feed.stop()
        yield from self._trace()

    def _resolve(self) -> Iterator[None]:
        """Until the names are resolved, as far as they are waited for."""
        feed = self._feed
        feed.fit(raise_descriptor_limit())
        patience = _OTHER_FAMILY_S
        while feed.pending and not self._stopping:
            feed.take(0)
            time.sleep(_RESOLVING_S)
            if feed.half_resolved:
                patience -= _RESOLVING_S
                if patience <= 0:
                    feed.do_without()
            yield

    def _trace(self) -> Iterator[None]:
        endpoints = [] if self._stopping else self._feed.take(MOST_TARGETS)
        for result in self._feed.rows():
            self._keep(_failed(result), result.request.order, 1 << 30)
        room = raise_descriptor_limit()
        if self._names is not None:
            room -= self._names.fit(room)
        self._tracer = make_tracer(endpoints, self._kernel, self._options, room)
        if self._stopping:
            self._tracer.stop()
        place = {endpoint: number for number, endpoint in enumerate(endpoints)}
        for traced in self._tracer.rounds():
            for endpoint, trace in traced:
                self._ask_names(trace)
                for request in endpoint.requests:
                    named = trace._replace(host=request.host or trace.address)
                    self._keep(named, request.order, place[endpoint])
            yield
        self.complete = self._tracer.complete and not self._stopping

    def _keep(self, trace: Trace, order: int, place: int) -> None:
        self._found.append(((order, place), trace))

    def _ask_names(self, trace: Trace) -> None:
        if self._names is not None:
            for hop in trace.hops:
                if hop.address is not None:
                    self._names.ask(hop.address)

    def traces(self) -> list[Trace]:
        """The traces so far, hops named as far as names come within a second."""
        traces = [trace for _, trace in sorted(self._found, key=lambda item: item[0])]
        if self._names is None:
            return traces
        names = self._names.collect(0.0 if self._stopping else _NAMES_S)
        return [with_names(trace, names) for trace in traces]

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far."""
        return [*self._feed.warnings, *(self._tracer.warnings if self._tracer is not None else ())]


def make_tracer(
    endpoints: Iterable[Endpoint], kernel: Kernel, options: TraceOptions, capacity: int | None = None
) -> Tracer:
    """A tracer of these endpoints with at most `capacity` sockets; None: as many as this machine allows."""
    attached, elsewhere = routed_networks()
    return Tracer(
        endpoints,
        kernel,
        capacity=raise_descriptor_limit() if capacity is None else capacity,
        timeout=options.timeout,
        most_hops=options.most_hops,
        rate=options.rate,
        host_rate=options.host_rate,
        limit_s=options.limit_s,
        pause_s=options.pause_s,
        attached=Neighbours(attached, elsewhere=elsewhere).attached,
        poller=options.poller,
        ways=Ways(
            read_routes(),
            source=options.source or "",
            no_way=kernel.no_way,
            clock_time=lambda: time_of_day(kernel.wall()),
        ),
    )


def with_names(trace: Trace, names: dict[str, str]) -> Trace:
    """The trace with its hops named."""
    return trace._replace(hops=tuple(hop._replace(name=names.get(hop.address or "", "")) for hop in trace.hops))


def _failed(result: Result) -> Trace:
    """The trace of a name that leads nowhere."""
    return Trace(result.host, "", result.port, (), End(result.state, result.reason, "", 0))
