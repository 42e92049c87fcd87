"""How far the ports of one host are known: judged, overdue, still to come, and how many of them are open. Pure.

The engine counts verdicts at the place, including those of probes besides the list; how many these are is counted here.
"""

from scanner.model import Place
from scanner.scanning.phantoms.earlier_rows import NEVER_SEEN, EarlierHost

#: With fewer ports nobody can say that all are open.
ENOUGH = 20
#: From this share on it is all of them, or nearly: of a host's ports, of a range's addresses.
NEARLY_ALL = 0.95
_FEW, _MANY = 8, 4


class PortCounts:
    """The counts of one place. `earlier`: those of earlier runs, which its note does not have.

    probed: how many of its targets should have answered by now, as far as was seen; `overdue`: those that had not, and
    when each was first probed. slowest: its longest round trip (s). extra: probes besides its targets that are done.
    """

    __slots__ = ("_earlier", "_refused", "extra", "overdue", "place", "probed", "slowest")

    def __init__(self, place: Place, earlier: EarlierHost = NEVER_SEEN) -> None:
        self.place = place
        self._earlier = earlier
        self.probed = self.extra = 0
        self.overdue: dict[int, float] = {}
        self.slowest = 0.0
        self._refused = earlier.verdicts - earlier.mute - earlier.opened  # refusals that were looked at, or need not be

    @property
    def verdicts(self) -> int:
        """How many are judged."""
        return self.place.note.verdicts + self._earlier.verdicts

    @property
    def opened(self) -> int:
        """How many of those are open."""
        return self.place.note.opened + self._earlier.opened

    @property
    def mute(self) -> int:
        """How many of them the host itself did not answer."""
        return self.place.note.mute + self._earlier.mute

    def answered_after(self, seconds: float) -> None:
        """Take in an open port's round trip."""
        self.slowest = max(self.slowest, seconds)

    def note_silent(self, overdue: list[tuple[int, float]]) -> None:
        """These ports should have answered by now and have not, each with when it was probed."""
        self.probed = max(self.probed, self.verdicts + len(overdue))
        for port, sent in overdue:
            self.overdue.setdefault(port, sent)

    def extra_done(self, *, refused: bool) -> None:
        """A probe that is not for one of its targets came back: a refusal of it is not one by a port of the list."""
        self.extra += 1
        self._refused += refused

    def refusals_missed(self, seen: int) -> int:
        """How many refusals since the last call nobody saw, given that `seen` were seen."""
        known, self._refused = self._refused + seen, self.refused
        return max(0, self._refused - known)

    @property
    def refused(self) -> int:
        """How many of its ports it has refused."""
        return self.verdicts - self.mute - self.opened

    @property
    def not_open(self) -> int:
        """How many of its ports are something other than open."""
        return self.verdicts - self.opened

    @property
    def known(self) -> int:
        """How many of its ports are judged, or silent so far although an answer should have come."""
        return max(self.probed, self.verdicts)

    @property
    def may_answer(self) -> bool:
        """Whether any of its targets are neither judged nor known to be silent."""
        return self.known - self.extra < self.place.ports

    @property
    def done(self) -> bool:
        """Whether all its targets are judged."""
        return self.verdicts - self.extra >= self.place.ports

    @property
    def is_strange(self) -> bool:
        """Whether only open ports and a few others are known of it, with more to come."""
        return 0 < self.not_open <= _FEW and self.may_answer

    @property
    def mostly_silent(self) -> bool:
        """Whether hardly any of its ports refuses, and many are silent, or were at first."""
        return max(self.mute, len(self.overdue)) >= _MANY * max(1, self.refused)

    @property
    def were_silent(self) -> bool:
        """Whether too many of its ports were silent at first for a host that accepts everything."""
        return len(self.overdue) > (1.0 - NEARLY_ALL) * self.known

    @property
    def enough(self) -> bool:
        """Whether it has enough targets for anybody to say that all are open."""
        return self.place.ports >= ENOUGH

    @property
    def all_open(self) -> bool:
        """Whether enough of what was probed is open, as far as is known."""
        return self.verdicts >= ENOUGH and self.opened >= NEARLY_ALL * max(self.verdicts, self.probed)

    @property
    def may_be_all_open(self) -> bool:
        """Whether that is so, or may still turn out to be."""
        return self.enough and (self.verdicts < ENOUGH or self.all_open)
