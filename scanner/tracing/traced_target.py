"""One target that is traced, and the trials for its hops: what the tracer hands from one part to the other."""

import enum
from collections.abc import Sequence

from scanner.engine.flight.probe import BareTrial
from scanner.engine.flight.syn_repeats import FIRST_REPEAT_S
from scanner.engine.flight.verdict import Verdict
from scanner.model import Endpoint, State, Trace, network_key
from scanner.tracing.route import Route
from scanner.tracing.router_budget import Budget

_MOST_UNEXPLAINED = 2


class Role(enum.Enum):
    """Which other targets a target takes hops from, instead of asking for them itself."""

    LEADER = "nobody"
    SCOUT = "the leaders, which are of other networks"
    FOLLOWER = "the first ones of its network"


class TracedTarget:
    """One target on its way: its route, and the trials made for its hops. Once it has `ended` it hears nothing."""

    __slots__ = ("ended", "endpoint", "network", "role", "route", "trials")

    def __init__(
        self, endpoint: Endpoint, role: Role, most: int, *, attached: bool = False, budget: Budget | None = None
    ) -> None:
        self.endpoint = endpoint
        self.role = role
        self.network = network_key(endpoint.place)
        self.route = Route(
            endpoint.place.numeric, most, attached=attached, follower=role is not Role.LEADER, budget=budget
        )
        self.trials: list[HopTrial] = []
        self.ended = False

    def trial(self, hop: int) -> "HopTrial":
        """One for this hop, which is asked for the first time."""
        trial = HopTrial(self, hop)
        self.trials.append(trial)
        return trial

    def end_if_done(self) -> bool:
        """Whether all is known of it by now, so that it has ended."""
        self.ended = self.route.done
        return self.ended

    def trace(self) -> Trace:
        """What is known of it now."""
        endpoint = self.endpoint
        host = endpoint.requests[0].host or endpoint.place.address
        return Trace(host, endpoint.place.address, endpoint.port, self.route.findings.hops(), self.route.end())


class HopTrial(BareTrial):
    """The attempts at one hop of one target: to the engine's flight a trial like any other."""

    def __init__(self, target: TracedTarget, hop: int) -> None:
        super().__init__(target.endpoint)
        self.target = target
        self.hop = hop
        self._unexplained = 0  # how often the kernel's own word on an attempt did not count

    @property
    def is_wanted(self) -> bool:
        """Whether its answer would still tell something."""
        return not self.target.ended and self.target.route.matters(self.hop)

    def prepare(self, waits: Sequence[float]) -> None:
        """It is about to be sent: its first attempt waits so long (seconds), its second one so long, and so on."""
        self.patience = waits[min(self.attempts, len(waits) - 1)]

    def asks_again(self, verdict: Verdict) -> bool:
        """Whether this is but the kernel's own word on an attempt in flight, which nobody on the way explains: its
        route went meanwhile. That attempt does not count; the next connect() says what is the matter with the route."""
        if verdict.state is not State.UNREACHABLE or verdict.icmp_from or self.own_word:
            return False
        if self._unexplained >= _MOST_UNEXPLAINED:
            return False
        self._unexplained += 1
        self.attempts -= 1
        self.verdict = self.rtt_ms = None
        return True

    def known_rtt(self, verdict: Verdict) -> float | None:
        """The round trip (ms), unless the kernel may have sent this SYN again by then (Karn and Partridge 1987): of
        open ports it says which one was answered."""
        slow = self.rtt_ms is not None and self.rtt_ms >= FIRST_REPEAT_S * 1000.0
        return None if slow and verdict.state is not State.OPEN else self.rtt_ms
