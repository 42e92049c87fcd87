"""What the resolver has found out, taken into the scan: addresses to be probed, or rows for names that lead nowhere.

Names are taken in a portion at a time: whoever asks for endpoints, and checks for Ctrl-C in between, waits for some of
them, not for 200,000.
"""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from scanner.model import Place, Reason, Result, State
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names.pending_name import Outcome
from scanner.targets.names.resolve import Resolver
from scanner.targets.names.two_families import Twofold
from scanner.targets.space.arrivals import Arrivals
from scanner.targets.space.asked_names import AskedNames
from scanner.targets.space.port_table import Ask
from scanner.words.shown_text import many
from scanner.words.stamp import iso_time

#: Names are taken in until they bring this many targets; the rest waits for the next call, so that nothing else does.
_TARGETS_AT_ONCE = 20_000


class NameIntake:
    """Hands all names to the resolver, and what it finds out about them to the arrivals. `wall` gives seconds; `seed`
    is that of a random order in which their lookups begin."""

    def __init__(
        self,
        names: AskedNames,
        arrivals: Arrivals,
        resolver: Resolver,
        wall: Callable[[], float],
        seed: int | None = None,
    ) -> None:
        self._names = names
        self._arrivals = arrivals
        self._twofold = Twofold(arrivals)
        self._resolver = resolver
        self._wall = wall
        self._seed = seed
        self._begun = False
        self._heard: deque[Outcome] = deque()
        self._failed: deque[Iterator[Result]] = deque()
        #: How many names have not been fully reported.
        self.unresolved = len(names)
        #: Rows of the names; a name that is not resolved yet counts as one address.
        self.row_count = names.row_count
        #: Plain lines, each added once, when it becomes known.
        self.warnings: list[str] = []

    def fit(self, descriptors: int) -> int:
        """How many of these descriptors must be left to name lookups."""
        return self._resolver.fit(descriptors, self.unresolved) if self.unresolved else 0

    @property
    def busy(self) -> bool:
        """Names are being looked up, or threads that do so are still there."""
        return self.unresolved > 0 or self._resolver.busy

    @property
    def half_resolved(self) -> bool:
        """Every name not fully reported has addresses out; only those of its other family are still to come."""
        return 0 < self.unresolved == self._twofold.half_out

    def do_without(self) -> None:
        """Stop waiting for the other family's addresses, if nothing else is missing."""
        if self.half_resolved:
            self._twofold.give_up()
            self.unresolved = 0
            self._warn_of_names()

    def stop(self) -> None:
        """No further lookup of a name begins. Safe from a signal handler."""
        self._resolver.stop()

    def hear(self) -> None:
        """Take in what the resolver has found out. Call it while there are `unresolved` names."""
        if not self._begun:
            self._begun = True
            self._resolver.submit([self._names.text(key) for key in self._names.in_turn(self._seed)])
        self._heard += self._resolver.collect()
        work = 0
        while self._heard and work < _TARGETS_AT_ONCE:
            work += self._take_in(self._heard.popleft())
        self.warnings += [each for each in self._resolver.warnings if each not in self.warnings]
        if not self.unresolved:
            self._warn_of_names()

    def _take_in(self, outcome: Outcome) -> int:
        """Take in one outcome of a name; returns how much work that was, in targets."""
        before = False
        if outcome.more:
            addresses = self._twofold.first(outcome)
        else:
            self.unresolved -= 1
            addresses, before = self._twofold.last(outcome)
        if not addresses and (outcome.more or before):
            return 1
        key = outcome.name.lower()
        asks = self._names.asks(key)
        if not addresses:
            self._fails(outcome.reason or Reason.NO_ADDRESS, asks)
            return 0
        rows = _rows_of(asks)
        if nowhere := self._arrivals.nowhere(addresses, asks):
            self._fails(Reason.UNSPECIFIED_ADDRESS, nowhere)
        admitted = self._arrivals.admit(addresses, asks, key)
        self.row_count += admitted + _rows_of(nowhere) - (0 if before else rows)
        return 1 + len(addresses) * rows

    def _fails(self, reason: str, asks: list[Ask]) -> None:
        self._failed.append(self._errors(reason, asks))
        for ports, _ in asks:
            self._arrivals.lanes.leads_nowhere(ports)

    def _errors(self, reason: str, asks: list[Ask]) -> Iterator[Result]:
        """The rows of a name that leads nowhere."""
        stamp = iso_time(self._wall())
        for ports, request in asks:
            place = Place("", 0, ports=len(ports))
            for port in ports:
                yield Result(place, port, request, State.ERROR, reason, time=stamp)

    @property
    def has_rows(self) -> bool:
        """Whether there are rows to be handed out."""
        return bool(self._failed)

    def rows(self, n: int) -> list[Result]:
        """The rows of names that lead nowhere, since the last call; at most `n`."""
        out: list[Result] = []
        while self._failed and len(out) < n:
            more = list(islice(self._failed[0], n - len(out)))
            out += more
            if not more:
                self._failed.popleft()
        return out

    def _warn_of_names(self) -> None:
        """All names are resolved: say once what was left out of their addresses."""
        for family, version in ((V4, 4), (V6, 6)):
            if count := self._arrivals.unrouted[family]:
                ip = f"resolved IPv{version}"
                what = f"{many(count, f'{ip} address was', f'{ip} addresses were')} left out"
                self.warnings.append(f"{what}: this host has no IPv{version} route there (-{version} insists)")
        if count := self._arrivals.excluded:
            self.warnings.append(f"{many(count, 'resolved address was', 'resolved addresses were')} left out: excluded")
        self.warnings += self._twofold.warnings()


def _rows_of(asks: list[Ask]) -> int:
    return sum(len(ports) for ports, _ in asks)
