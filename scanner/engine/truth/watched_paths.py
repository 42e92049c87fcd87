"""The paths that have a silent target, and what is owed to them: their pace, and targets that turn out to be
elsewhere."""

from collections.abc import Callable

from scanner.engine.brakes.gates import Gates
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path


class WatchedPaths:
    """`paths`: the watched ones. `finished`: the trials whose silence or "no" stands, each with its doubt; `slowed`:
    the paths that are held back from now on; whoever asks empties them by `take_...`. `total` says how many rows the
    scan has, as known now.
    """

    def __init__(self, gates: Gates, total: Callable[[], int]) -> None:
        self._gates = gates
        self._total = total
        self.paths: list[Path] = []
        self.finished: list[tuple[Trial, str]] = []
        self.slowed: list[Path] = []

    def watch(self, path: Path) -> None:
        """It has a silent target."""
        if not path.watched:
            path.watch()
            self.count_targets(path)
            self.paths.append(path)

    def count_targets(self, path: Path) -> None:
        """Of those that share a path it is not known how many there are until all names are resolved."""
        if path.shared:
            path.has_targets(self._total())

    def slow(self, path: Path) -> None:
        """Its pace may have changed."""
        if path.pace.held and self._gates.pace(path):
            self.slowed.append(path)

    def finish(self, trial: Trial, doubt: str) -> None:
        """Its silence, or its "no", stands."""
        self.finished.append((trial, doubt))

    def take_finished(self) -> list[tuple[Trial, str]]:
        """Those since the last call."""
        finished, self.finished = self.finished, []
        return finished

    def take_slowed(self) -> list[Path]:
        """Those since the last call."""
        slowed, self.slowed = self.slowed, []
        return slowed

    # Hosts share a pool, until their network is seen to lose something, or a big one refuses

    def path_of(self, trial: Trial) -> tuple[Path, bool]:
        """The path of a silent trial, and whether that is a new one, about which its attempts so far say nothing."""
        path = _present_path(trial)
        if path is trial.path:
            return path, False
        trial.moves_to(path)
        if trial.backing is not None:
            trial.backing.begin_anew()
        return path, trial.retries > 0

    def leave_pool(self, trial: Trial, *, refused: bool) -> Path:
        """It answered at last, and so its network loses something: that may be a path of its own from now on. (If it is
        on one already, that one loses something.)"""
        before, pool = trial.path, trial.location.pool
        path = _present_path(trial)
        if path is before and pool is not None and path is pool.path and not path.attached:
            path = pool.regions.take_out_if_lossy(trial.endpoint, trial.network, refused=refused)
        if path is not before:
            trial.moves_to(path)
            before.counts.answered(-1)
            path.counts.answered(1)
        return path


def _present_path(trial: Trial) -> Path:
    """The path that leads to its host by now."""
    location = trial.location
    if location.pool is not None and location.pool.regions.paths:
        location.moved(trial.endpoint.place)
    return location.path
