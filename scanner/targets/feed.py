"""The source the engine drinks from: the target space at once, and the endpoints of names as these are resolved.

1. `take` asks the resolver what it has found out, lets those addresses in (`arrivals.py`), and hands out endpoints:
   from the space and from the lanes of resolved names, each in proportion to the hosts it has.
2. A name that leads to an endpoint that has not gone out yet adds its row there. If it has gone out, the row is a
   copy of its verdict (`memory.py`).
3. `rows` hands out what needs no probe: those copies, and an error for each target of a name without address, or with
   an unspecified one.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from socket import inet_pton

from scanner.machine.route_queries import has_route
from scanner.model import Endpoint, Place, Result, State
from scanner.targets.entry import Settings
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names.resolve import Outcome, Resolver
from scanner.targets.names.two_families import Twofold
from scanner.targets.space.arrivals import Arrivals, Routed
from scanner.targets.space.built import Built, skipped_texts
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.port_table import Ask
from scanner.words.shown_text import many
from scanner.words.stamp import iso_time
from scanner.words.unspecified import REASON

#: A name with all ports that has no address makes 65,535 rows: not too many at once.
_ROWS_AT_ONCE = 10_000
#: Names are taken in until they bring so many targets; the rest waits for the next call, so that nothing else does.
_TARGETS_AT_ONCE = 20_000


class Feed:
    """One scan's endpoints, each handed out once. Not for threads; the resolver's own never call back.

    `wall` gives seconds; it, `resolver` and `routed` are there to be replaced in tests.
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
    ) -> None:
        self._space = built.space.fresh()
        self._built = built
        self._unresolved = len(built.names)
        self._heard: deque[Outcome] = deque()
        self._settings = settings
        self._arrivals = Arrivals(self._space, excluder, settings.family, routed)
        self._twofold = Twofold(self._arrivals)
        self._resolver = resolver or Resolver(family=settings.family, deadline=settings.dns_timeout)
        self._wall = wall
        self._begun = False
        self._share = 0.0  # of the lanes' hosts in what is handed out, carried from call to call
        self._cursor = 0
        self._failed: deque[Iterator[Result]] = deque()
        self._total = built.space.rows + built.name_rows
        #: Plain lines about what was left out; each is added once, when it is known.
        self.warnings: list[str] = []
        if built.other_family:
            what = f"{many(built.other_family, 'numeric host')} left out"
            self.warnings.append(f"{what}: not IPv{settings.family} (-{settings.family}, or the family of -S)")
        #: Addresses left out of ranges, because they are never probed; `skipped_texts` say of what kind.
        self.skipped = built.skipped
        self.skipped_texts = skipped_texts(built.ends, built.unspecified)

    def take(self, n: int) -> list[Endpoint]:
        """The next endpoints, at most `n`; maybe none while names still resolve."""
        self.hear()
        lanes = self._arrivals.lanes
        if not lanes:
            out = self._from_space(n)
        else:
            out = lanes.take(self._lanes_share(n))
            out += self._from_space(n - len(out))
            if len(out) < n:
                out += lanes.take(n - len(out))
        if self.pending:
            self._arrivals.memory.sent(out)
        return out

    def _lanes_share(self, n: int) -> int:
        """How many of `n` are the lanes' turn: in proportion to the hosts on either side."""
        lanes, hosts = len(self._arrivals.lanes), self._space.active_hosts(self._cursor)
        self._share += n * lanes / (lanes + hosts)
        share = min(n, int(self._share))
        self._share = min(self._share - share, 1.0)
        return share

    def _from_space(self, n: int) -> list[Endpoint]:
        start = self._cursor
        out = self._space.take(start, n)
        self._cursor = self._arrivals.cursor = start + len(out)
        extras = self._arrivals.extras
        if extras:
            for index, endpoint in enumerate(out, start):
                if index in extras:
                    endpoint.requests += tuple(extras.pop(index))
        return out

    def fit(self, descriptors: int) -> int:
        """Before the first `take`: with so many descriptors, how many must be left to the lookups of names?"""
        return self._resolver.fit(descriptors, self._unresolved) if self._unresolved else 0

    @property
    def resolving(self) -> bool:
        """Names are looked up, or threads that do so are still there."""
        return self._unresolved > 0 or self._resolver.busy

    @property
    def half_resolved(self) -> bool:
        """Every name that is not told has addresses out; only those of its other family are still to come."""
        return 0 < self._unresolved == self._twofold.half_out

    def do_without(self) -> None:
        """Wait no longer for those, if that is all that is missing."""
        if self.half_resolved:
            self._twofold.give_up()
            self._unresolved = 0
            self._warn_of_names()

    def hear(self) -> None:
        """Take in what the resolver has found out; to be called at least every 0.1 s while `resolving`."""
        if not self._unresolved:
            return
        if not self._begun:
            self._begun = True
            self._resolver.submit([self._built.name(key) for key in self._built.names])
        self._heard += self._resolver.collect()
        work = 0
        while self._heard and work < _TARGETS_AT_ONCE:
            work += self._take_in(self._heard.popleft())
        self.warnings += [each for each in self._resolver.warnings if each not in self.warnings]
        if not self._unresolved:
            self._warn_of_names()
        if not self.pending:
            self._arrivals.memory.forget()

    def stop(self) -> None:
        """No further lookup of a name begins. Safe from a signal handler."""
        self._resolver.stop()

    def _take_in(self, outcome: Outcome) -> int:
        """One outcome of a name; returns how much work that was, in targets."""
        before = False
        if outcome.more:
            addresses = self._twofold.first(outcome)
        else:
            self._unresolved -= 1
            addresses, before = self._twofold.last(outcome)
        if not addresses and (outcome.more or before):
            return 1
        asks = self._built.asks(outcome.name.lower())
        if not addresses:
            self._failed.append(self._errors(outcome.reason or "no-address", asks))
            return 0
        rows = _rows_of(asks)
        if nowhere := self._arrivals.nowhere(addresses, asks):
            self._failed.append(self._errors(REASON, nowhere))
        self._total += self._arrivals.admit(addresses, asks) + _rows_of(nowhere) - (0 if before else rows)
        return 1 + len(addresses) * rows

    def _errors(self, reason: str, asks: list[Ask]) -> Iterator[Result]:
        """The rows of a name that leads nowhere."""
        place, stamp = Place("", 0, ports=0), iso_time(self._wall())
        for ports, request in asks:
            met = request.expect == "any" if request.expect else None
            for port in ports:
                yield Result(place, port, request, State.ERROR, reason, time=stamp, met=met)

    def rows(self) -> list[Result]:
        """Rows that need no probe, since the last call; at most some thousands at once."""
        memory = self._arrivals.memory
        out, memory.rows = memory.rows, []
        while self._failed and len(out) < _ROWS_AT_ONCE:
            more = list(islice(self._failed[0], _ROWS_AT_ONCE - len(out)))
            out += more
            if not more:
                self._failed.popleft()
        return out

    def remember(self, results: list[Result]) -> None:
        """Every settled row must come here as long as `pending` is true."""
        memory = self._arrivals.memory
        memory.settled(results)
        if not self.pending:
            memory.forget()

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids to probe a port of this place."""
        return self._arrivals.permits(place, port)

    def ports_of(self, place: Place) -> tuple[int, ...]:
        """The ports that the numeric targets have at this place; none where only names lead to it."""
        return self._space.ports_at((place.family, place.scope), int.from_bytes(inet_pton(place.family, place.numeric)))

    @property
    def pending(self) -> bool:
        """Names are unresolved, or rows wait for the verdict on an endpoint that is being probed."""
        return self._unresolved > 0 or self._arrivals.memory.waiting

    @property
    def exhausted(self) -> bool:
        """Nothing is left: no endpoint, no name, no row."""
        return (
            self._cursor >= self._space.count
            and not self.pending
            and not self._arrivals.lanes
            and not self._failed
            and not self._arrivals.memory.rows
        )

    @property
    def total(self) -> int:
        """Rows of the whole scan as far as is known; a name that is not resolved yet counts as one address."""
        return self._total

    def _warn_of_names(self) -> None:
        """All names are resolved: say once what was left out of their addresses."""
        for family, version in ((V4, 4), (V6, 6)):
            if count := self._arrivals.unrouted[family]:
                what = f"{many(count, f'IPv{version} address', f'IPv{version} addresses')} of names left out"
                self.warnings.append(f"{what}: this host has no IPv{version} route there (-{version} insists)")
        if count := self._arrivals.excluded:
            self.warnings.append(f"{many(count, 'address', 'addresses')} of names left out: excluded")
        self.warnings += self._twofold.warnings()


def _rows_of(asks: list[Ask]) -> int:
    return sum(len(ports) for ports, _ in asks)
