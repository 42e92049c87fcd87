"""The source the engine drinks from: the target space at once, and the endpoints of names as they are resolved.

1. `take` takes in what the resolver has found out (`name_intake.py`), which lets those addresses in (`arrivals.py`),
   and hands out endpoints: from the space and from the lanes of resolved names, in turn (`turns.py`).
2. A name that leads to an endpoint that has not gone out yet adds its row there. If the endpoint has gone out, the row
   is a copy of its verdict (`probed_before.py`).
3. `rows` hands out what needs no probe: those copies, and an error for each target of a name that has no address, or
   an unspecified one.
"""

import time
from collections.abc import Callable, Sequence
from socket import inet_pton

from scanner.machine.route_queries import has_route
from scanner.model import Endpoint, Place, Result
from scanner.targets.entry import Settings
from scanner.targets.names.name_intake import NameIntake
from scanner.targets.names.resolve import Resolver
from scanner.targets.space.arrivals import Arrivals, Routed
from scanner.targets.space.built import Built
from scanner.targets.space.discovery_lanes import Discovery, DiscoveryLanes
from scanner.targets.space.discovery_walk import DiscoveryWalk
from scanner.targets.space.done_targets import DoneTargets
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.late_endpoints import Lanes
from scanner.targets.space.port_turns import PortTurns
from scanner.targets.space.probed_before import ProbedBefore
from scanner.targets.space.shuffled_walk import ShuffledWalk
from scanner.targets.space.space_walk import SpaceWalk
from scanner.targets.space.turns import Turns
from scanner.words.shown_text import many

#: A name with all ports but no address makes 65,535 rows; this many are handed out at once.
_ROWS_AT_ONCE = 10_000
#: So many targets that are done already are passed over at a time: nobody waits for all of sixteen million.
_MOST_PASSED = 20_000


class Feed:
    """One scan's endpoints, each handed out once. Not thread-safe; the resolver's own threads never call back.

    `discovery`: each host is asked first whether it is there. `seed`: of a random order, or None for that of the list.
    `done`: what has its rows already, complete by the first `take`. `wall` gives seconds; `wall`, `resolver`, `routed`
    and `probed_before` are parameters so that tests can replace them.
    """

    def __init__(
        self,
        built: Built,
        excluder: Excluder,
        settings: Settings,
        *,
        resolver: Resolver | None = None,
        routed: Routed = has_route,
        wall: Callable[[], float] = time.time,
        probed_before: ProbedBefore | None = None,
        discovery: Discovery | None = None,
        done: DoneTargets | None = None,
        seed: int | None = None,
        warnings: Sequence[str] = (),
    ) -> None:
        self._space = built.space.fresh()
        self._done = done
        self._probed_before = probed_before or (ProbedBefore() if done is None else done.before)
        #: Where each host is asked first whether it is there.
        self.discovery: DiscoveryLanes | None = None
        walk: SpaceWalk | ShuffledWalk | DiscoveryWalk
        self._turns: Turns | DiscoveryLanes
        if discovery is None:
            walk = SpaceWalk(self._space) if seed is None else ShuffledWalk(self._space, seed)
            lanes = Lanes()
            self._turns = Turns(walk, lanes)
        else:
            walk = DiscoveryWalk(self._space, seed, done)
            self._turns = self.discovery = lanes = DiscoveryLanes(walk, discovery, lambda: self._intake.unresolved > 0)
        turns = None if seed is None or discovery is not None else PortTurns(seed)
        self._arrivals = Arrivals(
            walk, excluder, settings.family, routed, self._probed_before, lanes=lanes, turns=turns
        )
        resolver = resolver or Resolver(family=settings.family, deadline=settings.dns_timeout)
        self._intake = NameIntake(built.names, self._arrivals, resolver, wall, seed)
        self._left_out = built.left_out
        self._warnings = list(warnings)
        if built.left_out.other_family:
            what = f"{many(built.left_out.other_family, 'numeric host was', 'numeric hosts were')} left out"
            self._warnings.append(f"{what}: not IPv{settings.family} (-{settings.family}, or the family of -S)")

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next endpoints, at most `n`; maybe none while names still resolve. `ahead`: of hosts that have answered,
        which go before all others."""
        self.hear()
        done = self._done
        out = self._turns.take(n, ahead=ahead) if done is None or not done.any else self._take_undone(done, n, ahead)
        if self.pending:
            self._probed_before.sent(out)
        return out

    def _take_undone(self, done: DoneTargets, n: int, ahead: bool) -> list[Endpoint]:
        out: list[Endpoint] = []
        passed = 0
        while len(out) < n and passed < _MOST_PASSED and (taken := self._turns.take(n - len(out), ahead=ahead)):
            left = done.rest(taken)
            passed += len(taken) - len(left)
            out += left
        return out

    def fit(self, descriptors: int) -> int:
        """How many of these descriptors must be left to name lookups. Ask before the first `take`."""
        return self._intake.fit(descriptors)

    @property
    def unresolved(self) -> int:
        """How many names have not been fully reported."""
        return self._intake.unresolved

    @property
    def resolving(self) -> bool:
        """Names are being looked up, or threads that do so are still there."""
        return self._intake.busy

    @property
    def half_resolved(self) -> bool:
        """Every name not fully reported has addresses out; only those of its other family are still to come."""
        return self._intake.half_resolved

    def do_without(self) -> None:
        """Stop waiting for the other family's addresses, if nothing else is missing."""
        self._intake.do_without()

    def hear(self) -> None:
        """Take in what the resolver has found out; to be called at least every 0.1 s while `resolving`."""
        if not self._intake.unresolved:
            return
        self._intake.hear()
        if not self.pending:
            self._probed_before.forget()

    def stop(self) -> None:
        """No further lookup of a name begins. Safe from a signal handler."""
        self._intake.stop()

    def rows(self) -> list[Result]:
        """Rows that need no probe, since the last call; at most a few thousand at once."""
        rows = self._made_rows()
        return rows if self._done is None or not rows else self._done.new(rows)

    def _made_rows(self) -> list[Result]:
        out = self._probed_before.rows()
        if not self._intake.has_rows:
            return out
        return out + self._intake.rows(_ROWS_AT_ONCE - len(out))

    def remember(self, results: list[Result]) -> None:
        """Every settled row must be passed in here as long as `pending` is true."""
        self._probed_before.settled(results)
        if not self.pending:
            self._probed_before.forget()

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids probing this port of this place."""
        return self._arrivals.permits(place, port)

    def ports_of(self, place: Place) -> tuple[int, ...]:
        """The ports that the numeric targets have at this place; none where only names lead to it."""
        return self._space.ports_at((place.family, place.scope), int.from_bytes(inet_pton(place.family, place.numeric)))

    @property
    def pending(self) -> bool:
        """Names are unresolved, or rows wait for the verdict on an endpoint that is being probed."""
        return self._intake.unresolved > 0 or self._probed_before.waiting

    @property
    def exhausted(self) -> bool:
        """Nothing is left: no endpoint, no name, no row."""
        return self._turns.over and not (self.pending or self._intake.has_rows or self._probed_before.has_rows)

    @property
    def total(self) -> int:
        """Rows of the whole scan, as far as is known; a name that is not resolved yet counts as one address.

        Where hosts are asked first, that counts as well, and what those that answer have to show.
        """
        rows = self._space.rows if self.discovery is None else self.discovery.asks + self.discovery.rows
        return rows + self._intake.row_count

    @property
    def hosts(self) -> int:
        """Addresses of the whole scan, as far as is known; 0 where there are too many to tell them apart."""
        return self._space.hosts + self._arrivals.hosts if self._space.keeps_places else 0

    @property
    def warnings(self) -> list[str]:
        """Plain lines about what was left out; each appears once it is known."""
        return self._warnings + self._intake.warnings

    @property
    def skipped(self) -> int:
        """How many addresses were left out of ranges because they are never probed; `skipped_texts` says which kind."""
        return self._left_out.skipped

    @property
    def skipped_texts(self) -> list[str]:
        """What to say about them."""
        return self._left_out.skipped_texts()
