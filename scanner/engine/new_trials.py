"""The source's targets become trials: each gets its place on a path, and the patience of a first attempt."""

from collections.abc import Iterable
from typing import Protocol

from scanner.engine.trial import Trial
from scanner.engine.truth.next_attempt import first_patience
from scanner.engine.truth.paths import Paths
from scanner.model import Endpoint


class Source(Protocol):
    """Where targets come from: `targets.feed.Feed`, or a list in a test."""

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next targets, at most `n`; `ahead`: of hosts that have answered, if it knows of any."""
        ...

    @property
    def exhausted(self) -> bool: ...

    @property
    def total(self) -> int: ...


class NewTrials:
    """Trials of targets that were not probed yet. `begun`: of how many; `asked_beside`: how many there were beside."""

    def __init__(self, source: Source, paths: Paths) -> None:
        self.begun = self.asked_beside = 0
        self._source = source
        self._paths = paths

    def take(self, most: int, *, ahead: bool = False) -> list[Trial]:
        """The next targets. Neighbours in the queue mostly share path and request, so their patience is found once."""
        of = self._paths.of
        trials = []
        last_path, last_requests, patience = None, None, 0.0
        for endpoint in self._source.take(most, ahead=ahead):
            location, requests = of(endpoint.place), endpoint.requests
            if location.path is not last_path or requests is not last_requests:
                last_path, last_requests = location.path, requests
                patience = first_patience(location.path, requests)
            trials.append(Trial(endpoint, location, patience))
        self.begun += len(trials)
        return trials

    def beside(self, endpoints: Iterable[Endpoint]) -> list[Trial]:
        """Trials beside the source's targets, whose answers somebody waits for."""
        trials = []
        for endpoint in endpoints:
            location = self._paths.of(endpoint.place)
            trial = Trial(endpoint, location, first_patience(location.path, endpoint.requests))
            trial.is_awaited()
            trials.append(trial)
        self.asked_beside += len(trials)
        return trials
