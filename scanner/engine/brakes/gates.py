"""What may hold a trial back on its way out. Three gates, in this order; most scans have none of them:

1. the neighbour table of this machine (`neighbours.py`): whose address is still asked for waits there;
2. its path's rate (`pace.py`): what a path that drops packets cannot take yet is parked with it;
3. its host's rate (`host_rate.py`), a promise to its user, hence last: nothing may gather behind it.

What was held at a gate goes on from there. Pure: pass `now`.
"""

from collections import deque

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.brakes.unconfirmed import Finished
from scanner.engine.flight.verdict import NOBODY_THERE
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path


class Gates:
    """The trials that are held back; its length is how many. A gate that is None stands open."""

    def __init__(self, neighbours: Neighbours | None, host_rate: HostRate[Trial] | None) -> None:
        self._neighbours = neighbours
        self._host_rate = host_rate
        self._paced: dict[Path, deque[Trial]] = {}  # the paths that have a rate, and who waits for it
        self._parked = 0

    def __len__(self) -> int:
        held = self._parked
        if self._host_rate is not None:
            held += len(self._host_rate)
        if self._neighbours is not None:
            held += len(self._neighbours)
        return held

    @property
    def rated(self) -> bool:
        """Whether some path or host has a rate, so that every trial must be shown."""
        return bool(self._paced) or self._host_rate is not None

    @property
    def waiting_at_hosts(self) -> bool:
        """Whether hosts have a rate, and some targets wait for it."""
        return self._host_rate is not None and len(self._host_rate) > 0

    def busy(self, host: str) -> bool:
        """Whether a sentinel to this host waits for the host's rate already."""
        return self._host_rate is not None and self._host_rate.busy(host)

    def admit(self, trial: Trial, batch: list[Trial], now: float) -> None:
        """Adds it to the batch, unless a gate holds it."""
        if self._neighbours is None or not self._neighbours.hold(trial, now):
            self._to_path(trial, batch, now)

    def _to_path(self, trial: Trial, batch: list[Trial], now: float) -> None:
        parked = self._paced.get(trial.path) if self._paced else None
        if parked is None or not (parked or trial.path.pace.held):
            self.to_host(trial, batch, now)
        else:
            (parked.appendleft if trial.urgent else parked.append)(trial)
            self._parked += 1

    def to_host(self, trial: Trial, batch: list[Trial], now: float) -> None:
        """The last gate alone: for a sentinel, which its path's rate has let pass."""
        if self._host_rate is None or not self._host_rate.hold(trial, now):
            batch.append(trial)

    def release(self, batch: list[Trial], now: float, quota: int) -> None:
        """Adds those that need wait no longer, until the batch has `quota`."""
        if self._paced:
            self._release_paced(batch, now, quota)
        if self._neighbours is not None:
            for trial in self._neighbours.release(now, quota - len(batch)):
                self._to_path(trial, batch, now)
        if self._host_rate is not None:
            batch += self._host_rate.release(now, quota - len(batch))

    def _release_paced(self, batch: list[Trial], now: float, quota: int) -> None:
        for path, parked in list(self._paced.items()):
            count = max(0, min(path.pace.room(len(parked), now), quota - len(batch)))
            path.pace.spend(count)
            for _ in range(count):
                self.to_host(parked.popleft(), batch, now)
                self._parked -= 1
            if not parked and not path.pace.held:
                del self._paced[path]

    def pace(self, path: Path) -> bool:
        """The path has a rate from now on. False if that was known."""
        if path in self._paced:
            return False
        self._paced[path] = deque()
        return True

    def heard(self, trials: list[Trial], now: float) -> None:
        """These have a verdict."""
        if self._neighbours is not None:
            self._neighbours.heard(trials, now)

    def denied(self, trial: Trial, now: float) -> bool:
        """It met a "no": if the host itself said so, it is there. True if it is not, for the kernel has said so."""
        place = trial.endpoint.place
        if self._neighbours is None or not trial.denials or not trial.path.attached:
            return False
        said = trial.denials[-1].verdict
        if said.icmp_from == place.numeric:
            self._neighbours.answered(place, now)
            return False
        return said == NOBODY_THERE and self._neighbours.denied(place, now)

    # Neighbours: what the kernel's word means for those who wait for it

    def unresolved(self, silent: list[Trial], now: float) -> list[Trial]:
        """Of these an attempt was silent. Those whose silence counts, others of an earlier turn among them."""
        return silent if self._neighbours is None else self._neighbours.unresolved(silent, now)

    def take_absent(self) -> list[Trial]:
        """The targets that nobody is there for, since the last call."""
        return [] if self._neighbours is None else self._neighbours.take_absent()

    @property
    def any_resolved(self) -> bool:
        """Whether the kernel's word has come for some trials."""
        return self._neighbours is not None and self._neighbours.any_resolved

    def confirmed(self, finished: list[Finished], now: float) -> tuple[list[Finished], list[Trial]]:
        """Of what is finished, others of an earlier turn among it: what may be told, and whose host is not there."""
        return (finished, []) if self._neighbours is None else self._neighbours.unconfirmed.settle(finished, now)

    def delay(self, now: float) -> float:
        """Seconds until `release` may have something; infinity if nothing is held."""
        waits = [path.pace.delay() for path, parked in self._paced.items() if parked]
        if self._host_rate is not None:
            waits.append(self._host_rate.delay(now))
        if self._neighbours is not None:
            waits.append(self._neighbours.delay(now))
        return min(waits, default=float("inf"))
