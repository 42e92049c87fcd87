"""A target on its way to a verdict, as the engine knows it: what flight knows, its path, and who vouches for it.

What only silent targets need is kept in a record of its own (`truth/backing.py`), made then.
"""

from scanner.engine.flight.probe import FLYING, BareTrial
from scanner.engine.flight.verdict import Verdict
from scanner.engine.truth.backing import Backing
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.location import Location
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.model import Endpoint


class Trial(BareTrial):
    """`location`: where its endpoint is; `path`: the way there. `backing`: see `backed`."""

    backing: Backing | None = None

    def __init__(self, endpoint: Endpoint, location: Location, patience: float | None = None) -> None:
        self.endpoint = endpoint
        self.location = location
        self.path = location.path
        self.patience = self.timeout if patience is None else patience

    @property
    def hurried(self) -> bool:
        """Whether its user typed how long to wait."""
        return any(request.typed_timeout for request in self.endpoint.requests)

    @property
    def is_in_flight(self) -> bool:
        """Whether its present attempt is under way."""
        return bool(self.probes) and self.probes[-1].state is FLYING

    @property
    def network(self) -> Network:
        """Who vouches for it."""
        return self.location.network

    @property
    def cohort(self) -> Cohort | None:
        """The sentinels beside its present attempt, if any were asked."""
        return self.backing.cohort if self.backing is not None else None

    def backed(self) -> Backing:
        """The record of what is known of its attempts."""
        if self.backing is None:
            self.backing = Backing()
        return self.backing

    def take_back(self) -> None:
        """It was about to leave, and did not."""
        if self.backing is not None:
            self.backing.take_back(self.attempts)

    def never_went(self) -> None:
        """Its present attempt, silent by now, did not leave, and does not count."""
        self.did_not_leave()
        self.take_back()

    def is_awaited(self) -> None:
        """Somebody waits for its answer."""
        self.urgent = True

    def moves_to(self, path: Path) -> None:
        """It turned out to be on another path."""
        self.path = path

    def set_patience(self, patience: float) -> None:
        """So long (seconds) its next attempt waits."""
        self.patience = patience

    def stands(self, verdict: Verdict, rtt_ms: float | None = None) -> None:
        """Its silence, or its "no", is its verdict."""
        self.verdict, self.rtt_ms = verdict, rtt_ms


class Sentinel(Trial):
    """A known responder asked once more, to measure its path; it has no row in any report.

    `beside`: the cohort it was sent for. `vouches`: it left in that one's moment, so its answer speaks for its network.
    """

    sentinel = True
    urgent = True

    def __init__(self, endpoint: Endpoint, location: Location, path: Path, beside: Cohort, *, vouches: bool) -> None:
        super().__init__(endpoint, location)
        self.path = path
        self.beside = beside
        self.vouches = vouches
        if path.round_trip.rto is not None:
            self.patience = min(self.timeout, path.round_trip.rto)

    def leaves(self, now: float) -> None:
        """It may have been held back for too long to vouch."""
        self.vouches = self.vouches and not self.beside.late(now)
