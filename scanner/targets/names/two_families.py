"""A name whose two families are reported one after the other: which addresses go out now, and which wait.

What comes first goes out at once where this host has a route to it. Otherwise it waits for the other family, because
addresses without a route are left out only if the name has some with one (`Arrivals.choose`).
"""

from scanner.targets.grammar.addresses import V4
from scanner.targets.names.lookup import Address
from scanner.targets.names.pending_name import Outcome
from scanner.targets.space.arrivals import Arrivals
from scanner.words.shown_text import many


class Twofold:
    """The names of which one family has been reported."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        #: Each name's addresses so far, and those of them that have gone out.
        self._told: dict[str, tuple[list[Address], list[Address]]] = {}
        #: How many names have addresses out while the other family is still to come.
        self.half_out = 0
        #: How many names got no answer for this family (4, 6), although they did for the other.
        self.missed = {4: 0, 6: 0}

    def first(self, outcome: Outcome) -> list[Address]:
        """The addresses that go out now; `outcome` has those of one family, and more are to come."""
        gone = self._arrivals.ready(outcome.addresses)
        self._told[outcome.name] = (outcome.addresses, gone)
        self.half_out += bool(gone)
        return gone

    def last(self, outcome: Outcome) -> tuple[list[Address], bool]:
        """The addresses that go out now that all are known, and whether some went out before."""
        if outcome.missed:
            self.missed[outcome.missed] += 1
        told, gone = self._told.pop(outcome.name, ([], []))
        self.half_out -= bool(gone)
        chosen = self._arrivals.choose(list(dict.fromkeys(told + outcome.addresses)))
        return [address for address in chosen if address not in gone], bool(gone)

    def give_up(self) -> None:
        """Stop waiting for what is still to come."""
        for told, _ in self._told.values():
            self.missed[6 if told[0][0] == V4 else 4] += 1
        self._told.clear()
        self.half_out = 0

    def warnings(self) -> list[str]:
        """What to say about families that got no answer."""
        return [
            f"the {record} of {many(self.missed[family], 'name')} was not answered, so IPv{family} addresses may be "
            f"missing (-{other} does not ask for them)"
            for family, other, record in ((6, 4, "AAAA"), (4, 6, "A"))
            if self.missed[family]
        ]
