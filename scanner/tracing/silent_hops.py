"""The hops of one way that stayed silent, and whether that means anything. Pure: pass `now`.

A hop that stayed silent *is* silent if it was asked within the routers' budget (`router_budget.py`), or if routers
there had answers left: they gave few, or more than such a router would. Else its silence says nothing.
"""

from scanner.engine.flight.verdict import Verdict
from scanner.model import Reason
from scanner.tracing.known_hops import KnownHops
from scanner.tracing.router_budget import Budget


class SilentHops:
    """`numbers`: the hops that were asked often enough and stayed silent so far. All ways share one `budget`."""

    __slots__ = ("_budget", "_by_turns", "_told", "_within", "numbers")

    def __init__(self, budget: Budget) -> None:
        self.numbers: set[int] = set()
        self._budget = budget
        self._within: set[int] = set()
        self._told: KnownHops = {}
        self._by_turns: set[int] = set()

    def expect(self, known: KnownHops, *, by_turns: bool) -> None:
        """Others saw these routers there. `by_turns`: one of them is asked at a time, none of them often enough to be
        silent."""
        self._told = known
        self._by_turns = set(known) if by_turns else set()

    def expect_nothing(self) -> None:
        """It is another way: all hops are asked alike."""
        self._by_turns.clear()

    def is_asked_by_turns(self, hop: int) -> bool:
        """Whether it is one of those that take turns."""
        return hop in self._by_turns

    def asked(self, hop: int, now: float) -> None:
        """A probe for this hop leaves."""
        if self._budget.ask(hop, now):
            self._within.add(hop)
        elif hop in self._by_turns:
            self._within.discard(hop)

    def asked_enough(self, hop: int) -> None:
        """It was asked often enough, and stayed silent."""
        self.numbers.add(hop)

    def heard(self, hop: int, verdict: Verdict, now: float) -> None:
        """A probe for this hop was answered."""
        self.numbers.discard(hop)
        if verdict.icmp_from and verdict.reason == Reason.TIME_EXCEEDED:
            self._budget.expired(hop, verdict.icmp_from, now)
        elif verdict.icmp_from:
            self._budget.rejected(verdict.icmp_from, now)

    def is_certain(self, hop: int) -> bool:
        """Whether it stayed silent though the routers there should have had an answer left."""
        if hop not in self.numbers or hop in self._by_turns:
            return False
        return not self._budget.tired(hop, self._told.get(hop, "")) or (
            hop in self._within and not self._budget.rejects(hop)
        )

    def should_have_answered(self, hop: int) -> bool:
        """Whether the last probe for this hop met a router with an answer left."""
        return hop in self._within or not self._budget.tired(hop)
