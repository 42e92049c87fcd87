"""The targets that are traced together: who is told what by whom. Pure: pass `now`.

Routers answer only so many (`router_budget.py`), so not every target can ask them all (`starting_order.py`: who goes
first):

* *Leaders* are asked hop by hop. *Scouts* are asked at one after the other of the hops that all leaders have in common
  until one of these answers, and beyond. *Followers* are asked around the last hop that the first ones of their network
  know, and farther if somebody answers there.
* Where a way ends is known of it by itself if the hop behind its last one is silent. If that is not known, it is taken
  from others, if all agree of whom it is known (`known_hops.py`). So it is with the hops in between.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from scanner.model import Endpoint, NetworkKey
from scanner.tracing.known_hops import (
    KnownHops,
    agree,
    between,
    farthest,
    in_common,
    shared,
)
from scanner.tracing.router_budget import Budget
from scanner.tracing.starting_order import StartingOrder
from scanner.tracing.traced_target import Role, TracedTarget

_MOST_SEEN = 64


class Company:
    """All of them. `checks`: how often a scout asks for a hop that is known. `capacity`: how many sockets there are for
    all."""

    def __init__(
        self, endpoints: Iterable[Endpoint], checks: int, capacity: int = 1 << 20, budget: Budget | None = None
    ) -> None:
        self._checks = checks
        self._budget = budget or Budget()
        self._turns = StartingOrder(endpoints, capacity)
        self._leaders: list[TracedTarget] = []
        self._first: defaultdict[NetworkKey, list[TracedTarget]] = defaultdict(list)
        self._seen: defaultdict[NetworkKey, list[KnownHops]] = defaultdict(list)
        self._ends: defaultdict[NetworkKey, list[KnownHops]] = defaultdict(list)
        self._senders: defaultdict[NetworkKey, set[str]] = defaultdict(set)
        self._silent: list[TracedTarget] = []

    @property
    def waiting(self) -> bool:
        """Whether some have not begun."""
        return self._turns.waiting

    def begin(self, active: list[TracedTarget], make: Callable[[Endpoint, Role], TracedTarget]) -> None:
        """Adds to the active ones those that may begin."""
        for endpoint, role in self._turns.next(active):
            target = make(endpoint, role)
            active.append(target)
            if role is Role.LEADER:
                self._leaders.append(target)
            if role is not Role.FOLLOWER:
                self._first[target.network].append(target)

    def tell(self, active: Sequence[TracedTarget], now: float) -> None:
        """Tells those that wait for it what others know, as soon as these know it."""
        known: dict[NetworkKey, KnownHops | None] = {}
        for target in active:
            if not target.route.held:
                continue
            if target.role is Role.SCOUT:
                if self._turns.leaders_to_come or not _settled(self._leaders, now):
                    continue
                hops = in_common([leader.route.findings.seen() for leader in self._leaders])
                target.route.follow(hops, checks=self._checks) if hops else target.route.lead()
            elif target.network not in known:
                first = self._first[target.network]
                ready = not self._turns.first_to_come(target.network) and _settled(first, now)
                known[target.network] = farthest([each.route.known() for each in first]) if ready else None
            if (told := known.get(target.network)) is not None:
                target.route.follow(told)

    def end(self, targets: Iterable[TracedTarget]) -> list[TracedTarget]:
        """These are done. Returns those whose traces are complete: the silent ones wait for what others see."""
        whole: list[TracedTarget] = []
        for target in targets:
            found, network = target.route.findings, target.network
            hops = found.seen()
            _remember(self._seen[network], hops)
            if not found.is_silent:
                self._senders[network].add(found.sender)
                whole.append(target)
                continue
            self._silent.append(target)
            if found.is_sure:
                _remember(self._ends[network], hops)
        return whole

    def complete(self, target: TracedTarget) -> None:
        """It has answered, or was rejected: it takes the hops before from others."""
        first = [each.route.findings.seen() for each in self._first[target.network] if each is not target]
        near = [*first, *self._seen[target.network]]
        far = [leader.route.findings.seen() for leader in self._leaders if leader.network != target.network]
        found = target.route.findings
        found.take(between(found.seen(), found.end_hop, near, far))

    def silent(self) -> list[TracedTarget]:
        """Those that ended in silence, with all that is known of where."""
        far: list[KnownHops] = []
        for hops in (hops for ends in self._ends.values() for hops in ends):
            _remember(far, hops)
        for target in self._silent:
            found, near = target.route.findings, self._ends[target.network]
            own = found.seen()
            last = own.get(found.last, "")
            if last in self._senders[target.network] and self._budget.is_rejecter(last):
                found.take({}, sure=False)  # it rejects others here: so it may this one, beyond its budget
            elif found.is_sure:
                found.take(between(own, found.last, near, far))
            else:
                where = _where_all_end(own, near, far)
                found.take(where or {}, sure=where is not None)
        return self._silent


def _where_all_end(own: KnownHops, near: Sequence[KnownHops], far: Sequence[KnownHops]) -> KnownHops | None:
    """The way of those that end in silence on the way of this one; None: there are none, or not all at the same hop."""
    ends = list(near) or [hops for hops in far if shared(own, hops)]
    ends = ends if all(agree(own, hops) for hops in ends) else []
    if len({(max(hops, default=0), hops.get(max(hops, default=0))) for hops in ends}) != 1:
        return None
    return {**farthest(ends), **own} if max(own, default=0) <= max(ends[0], default=0) else None


def _remember(ways: list[KnownHops], hops: KnownHops) -> None:
    """Different ones only, and not very many."""
    if hops not in ways and len(ways) < _MOST_SEEN:
        ways.append(hops)


def _settled(targets: Iterable[TracedTarget], now: float) -> bool:
    return all(target.ended or target.route.settled(now) for target in targets)
