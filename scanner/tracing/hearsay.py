"""What others know of one way, and how it is checked whether that holds for this one. Pure.

Those of its own network are believed until a hop shows otherwise. Those of another one only if a hop that they know
answers here as well: so the known hops are asked by turns, the last one first, until one does.
"""

from scanner.tracing.known_hops import KnownHops

_REFUTED = 3  # so many known hops that should have answered and did not: it is another way


class Hearsay:
    """The hops that were told, as long as that may be this way. `checks`: so many are asked for, one at a time, before
    it is believed without any.
    """

    __slots__ = ("_checked", "_checks", "_hops", "_refuted")

    def __init__(self, hops: KnownHops, checks: int = 0) -> None:
        self._hops = dict(hops)
        self._checks = checks
        self._checked = self._refuted = 0

    @property
    def is_being_checked(self) -> bool:
        """Whether hops are still to be asked for, to see whether it holds."""
        return self._checks > 0

    def next_check(self) -> int | None:
        """The known hop to ask for now, another one each time; None where there is nothing to check any more."""
        if not self._checks or not self._hops:
            return None
        self._checks -= 1
        hops = sorted(self._hops)
        hop = hops[-1 - (self._checked % len(hops))]
        self._checked += 1
        return hop

    def is_refuted(self, *, should_have_answered: bool) -> bool:
        """A known hop stayed silent: whether enough of those did that should have answered."""
        self._refuted += should_have_answered
        return self._refuted >= _REFUTED

    def knows(self, hop: int) -> bool:
        """Whether this hop was told, and may still be so."""
        return hop in self._hops

    def holds_at(self, hop: int, address: str) -> bool:
        """Whether the one that stands there is the one that was told."""
        return self._hops[hop] == address

    def confirm(self) -> None:
        """It holds: there is nothing to check any more."""
        self._checks = 0

    def forget(self) -> None:
        """It does not hold: this is another way."""
        self._hops, self._checks = {}, 0

    def joined(self, own: KnownHops) -> KnownHops:
        """What this way can tell others: its own hops, and what it was told, as soon as one of these answered."""
        confirmed = any(own.get(hop) == address for hop, address in self._hops.items())
        return {**self._hops, **own} if confirmed else own
