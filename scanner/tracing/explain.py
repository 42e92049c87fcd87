"""`--explain`: after a scan, where its blocked targets stop. Gathers them (`blocked.py`), traces some, groups all."""

from collections.abc import Iterable, Iterator
from typing import Any

from scanner.machine.kernel import Kernel
from scanner.model import Result, Trace
from scanner.tracing.blocked import Blocked
from scanner.tracing.run import make_tracer
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.tracer import Tracer

#: The most seconds that explaining takes, also where `--rate` or `--host-rate` let few probes out.
LIMIT_S = 20.0


class Explanation:
    """Give it a scan's results, then run `turns`, then ask `as_dict`."""

    def __init__(self, options: TraceOptions) -> None:
        self._options = after_a_scan(options)
        self._blocked = Blocked()
        self._tracer: Tracer | None = None
        self._traces: dict[tuple[str, int], Trace] = {}
        self._stopping = False
        self._complete = False

    def add(self, results: Iterable[Result]) -> None:
        """Takes a batch of results of any state."""
        self._blocked.add(results)

    @property
    def count(self) -> int:
        """The blocked targets so far."""
        return self._blocked.count

    def stop(self) -> None:
        """End soon, with what is known. Safe from a signal handler."""
        self._stopping = True
        if self._tracer is not None:
            self._tracer.stop()

    def turns(self) -> Iterator[None]:
        """Traces what is blocked, a turn at least every 0.1 s. Closing it early closes every socket."""
        endpoints = self._blocked.to_trace()
        self._tracer = make_tracer(endpoints, Kernel(self._options.source or ""), self._options)
        if self._stopping:
            self._tracer.stop()
        for traced in self._tracer.turns():
            for endpoint, trace in traced:
                self._traces[endpoint.place.address, endpoint.port] = trace
            yield
        self._complete = self._tracer.complete

    def as_dict(self) -> dict[str, Any]:
        """`{complete, traced, groups}` for the report's `scan` part; groups as of `Blocked.stops`.

        Before anything was traced there are no groups: where it stops is not known yet. Nothing blocked is complete.
        """
        complete = self._complete or not self._blocked.count
        groups = [] if self._tracer is None else self._blocked.stops(self._traces)
        traced = sum(trace.end.state is not None for trace in self._traces.values())
        return {"complete": complete, "traced": traced, "groups": groups}


def after_a_scan(options: TraceOptions) -> TraceOptions:
    """The same within LIMIT_S, and with a pause until what the scan has sent no longer counts at its rates: they hold
    for any second."""
    slowest = options.slowest
    pause_s = max(1.0, 1.0 / slowest) if slowest else 0.0
    return options._replace(limit_s=min(options.limit_s, LIMIT_S), pause_s=pause_s)
