"""Which overdue sockets are to be closed when: before the kernel sends their SYNs again, where those count. Pure."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count

from scanner.engine.flight.probe import OVERDUE, BareTrial, Probe


class ClosingTimes:
    """Times are seconds of the kernel's clock."""

    def __init__(self) -> None:
        self._times: list[tuple[float, int, Probe, BareTrial]] = []
        self._ticket = count()

    def add(self, until: float, probe: Probe, trial: BareTrial) -> None:
        """It may wait until then for that trial's answer."""
        heappush(self._times, (until, next(self._ticket), probe, trial))

    @property
    def next(self) -> float:
        """When one may have to be closed; infinity if never."""
        return self._times[0][0] if self._times else float("inf")

    def due(self, before: float) -> Iterator[tuple[Probe, BareTrial]]:
        """Those that were to wait until then, and not longer, and are not closed yet."""
        while self._times and self._times[0][0] <= before:
            _, _, probe, trial = heappop(self._times)
            if probe.state is OVERDUE and probe.trial is trial:
                yield probe, trial
