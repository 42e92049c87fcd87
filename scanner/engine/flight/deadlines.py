"""When each probe in flight stops waiting.

A *lane* holds the probes that wait equally long. They were launched one after the other, so its dict is in the order of
its deadlines: no heap, and a probe that is answered is taken out for the price of one `del`. Waits lie on a coarse grid
(`truth/round_trip.py`), so lanes are few. Walk a lane with one `for` and a break, and delete afterwards:
`next(iter(lane))` steps over everything that was deleted before, each time anew.

Pure but for the probes it holds: pass `now`.
"""

from collections.abc import Iterator

from scanner.engine.flight.probe import Probe
from scanner.model import Endpoint

LONG_AGO = float("-inf")


class Deadlines:
    """The probes in flight by their deadlines; how many there are is its length. Seconds of the kernel's clock.

    `lanes` has a dict for each wait; whoever takes a probe out deletes it there. What was answered since may
    have been the first of its lane, so `_next_due` may be too early, never too late.
    """

    def __init__(self) -> None:
        self.lanes: dict[float, dict[Probe, float]] = {}
        self._next_due: dict[float, float] = {}

    def __len__(self) -> int:
        return sum(map(len, self.lanes.values()))

    def empty_lane(self, wait: float, now: float) -> dict[Probe, float]:
        """The lane for probes that wait so long, which has none: the first one is launched now."""
        self._next_due[wait] = now + wait
        return self.lanes.setdefault(wait, {})

    @property
    def next(self) -> float:
        """The earliest instant at which a probe may be due; infinity if none is in flight."""
        return min((due for wait, due in self._next_due.items() if self.lanes[wait]), default=float("inf"))

    def due(self, before: float) -> Iterator[Probe]:
        """What was due by then, as long as it is in its lane; the caller takes each out before it asks for the next."""
        for wait, lane in self.lanes.items():
            if not lane or self._next_due[wait] > before:
                continue
            due: list[Probe] = []
            for probe, deadline in lane.items():
                if deadline > before:
                    self._next_due[wait] = deadline
                    break
                due.append(probe)
            for probe in due:
                if probe.trial is not None and probe.lane is lane:  # else it was settled along with another
                    yield probe

    def of_home(self, home: list[Probe]) -> int:
        """How many are at home there, sentinels excepted; slow, for rare cases."""
        trials = [probe.trial for lane in self.lanes.values() for probe in lane if probe.home is home]
        return sum(trial is not None and not trial.sentinel for trial in trials)

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """Every target in flight, and when it was probed; at an attempt after the first: long ago. Slow, for rare
        cases; nothing may be launched or settled meanwhile."""
        for lane in self.lanes.values():
            for probe in lane:
                trial = probe.trial
                if trial is not None and not trial.sentinel:
                    yield trial.endpoint, probe.sent if trial.attempts == 1 else LONG_AGO
