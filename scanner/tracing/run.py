"""Where on the way connections stop, as a whole: targets come from a feed, are traced, and their hops get names.

How a way is found is said in `tracer.py`. What the words of a user stand for, and who resolves names, is not known
here: both are handed over, as a `TargetFeed` and as `HopNames`.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Protocol

from scanner.engine.flight.open_ways import open_ways
from scanner.machine.attached_networks import AttachedNetworks
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.kernel import Kernel
from scanner.machine.networks import routed_networks
from scanner.model import End, Endpoint, Result, Trace
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.tracer import Tracer

#: A trace is for looking at: beyond so many targets nobody does. Memory is bounded, too.
MOST_TARGETS = 1000
#: How long (seconds) the end may wait for names.
NAMES_S = 1.0
_RESOLVING_S = 0.01
#: How long the beginning waits for a name's second family once the first is there: all targets are traced at once.
_OTHER_FAMILY_S = 1.0


class TargetFeed(Protocol):
    """The targets, as their names are resolved."""

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far."""

    def fit(self, descriptors: int) -> int:
        """There are so many descriptors; returns how many of them it may use."""

    def take(self, n: int) -> list[Endpoint]:
        """The next targets, at most `n`; with 0 it only looks what has been resolved."""

    def rows(self) -> list[Result]:
        """The targets that need no trace: of names that lead nowhere."""

    def do_without(self) -> None:
        """What is half resolved counts as resolved."""

    def stop(self) -> None:
        """Nothing more is resolved."""

    @property
    def pending(self) -> bool:
        """Whether names are being resolved."""

    @property
    def half_resolved(self) -> bool:
        """Whether those names all have addresses of one family, and wait for the other."""


class HopNames(Protocol):
    """Looks up what addresses are called, in the background."""

    def fit(self, descriptors: int) -> int:
        """There are so many descriptors; returns how many of them it may use."""

    def ask(self, address: str) -> None:
        """This one is wanted."""

    def collect(self, patience_s: float) -> dict[str, str]:
        """The names by their addresses, waiting at most so long; without one: empty or missing."""


class Tracing:
    """Traces of what a feed hands out. Iterate `turns`; then `traces` has them all, in the order of the words.
    `names`: who looks up what the hops are called; None: nobody does. `names_s`: so many seconds are waited for them.
    """

    def __init__(
        self, feed: TargetFeed, options: TraceOptions, names: HopNames | None = None, *, names_s: float = NAMES_S
    ) -> None:
        self._feed = feed
        self._options = options
        self._kernel = Kernel(options.source or "")
        self._names = names
        self._names_s = names_s
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

    def turns(self) -> Iterator[None]:
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
        for traced in self._tracer.turns():
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
        names = self._names.collect(0.0 if self._stopping else self._names_s)
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
        options,
        capacity=raise_descriptor_limit() if capacity is None else capacity,
        attached=AttachedNetworks(attached, elsewhere).has,
        ways=open_ways(kernel, options.source),
    )


def with_names(trace: Trace, names: dict[str, str]) -> Trace:
    """The trace with its hops named."""
    return trace._replace(hops=tuple(hop._replace(name=names.get(hop.address or "", "")) for hop in trace.hops))


def _failed(result: Result) -> Trace:
    """The trace of a name that leads nowhere."""
    return Trace(result.host, "", result.port, (), End(result.state, result.reason, "", 0))
