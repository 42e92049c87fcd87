"""The open rows of one host that are kept back, in the order they were probed, and how many of them are beyond doubt.
Pure.
"""

from bisect import bisect_right
from operator import itemgetter
from typing import NamedTuple

from scanner.model import Result

_SENT = itemgetter(0)


class KeptRow(NamedTuple):
    """An open row not yet let go: when it was probed, when it came, and how many ports of its host were known then."""

    sent: float
    came: float
    row: Result
    number: int = 0


class KeptRows:
    """The `rows`; the first `vouched` of them are beyond doubt, `proved` of these by the host's own word."""

    __slots__ = ("_in_order", "proved", "rows", "vouched")

    def __init__(self) -> None:
        self.rows: list[KeptRow] = []
        self.vouched = self.proved = 0
        self._in_order = True

    def __bool__(self) -> bool:
        return bool(self.rows)

    def add(self, kept: KeptRow) -> None:
        """Add one more. They are in order only between turns: see `sort`."""
        self._in_order = self._in_order and not (self.rows and kept.sent < self.rows[-1].sent)
        self.rows.append(kept)

    def sort(self) -> None:
        """Put them in order. Call it after each turn, because a turn's answers are in no order."""
        if not self._in_order:
            self.rows.sort(key=_SENT)
            self._in_order = True

    def vouch(self, sent: float) -> None:
        """Whatever was probed up to then is beyond doubt."""
        self.vouched = max(self.vouched, bisect_right(self.rows, sent, key=_SENT))

    def vouch_for_all(self) -> None:
        """All of them are beyond doubt."""
        self.vouched = len(self.rows)

    def prove(self) -> None:
        """The host's own word is why those beyond doubt are so."""
        self.proved = self.vouched

    def doubt_all(self) -> None:
        """All of them are in doubt."""
        self.vouched = 0

    def doubt_unproved(self) -> None:
        """All of them are in doubt except what the host's own word has proved."""
        self.vouched = self.proved

    def vouch_by_silence(self, silent: list[float]) -> None:
        """Its silent ports, given by when each was probed, in order, show since when it has accepted everything: before
        that, most are silent; afterwards, most are open."""
        mistakes = [
            at - self.vouched + len(silent) - bisect_right(silent, self.rows[at].sent)
            for at in range(self.vouched, len(self.rows))
        ]
        if mistakes and silent:
            self.vouched += mistakes.index(min(mistakes))

    def in_doubt_before(self, sent: float) -> list[int]:
        """The ports of the rows in doubt that were probed before then."""
        return [kept.row.port for kept in self.rows[self.vouched :] if kept.sent < sent]

    def take(self, count: int) -> list[Result]:
        """Take out the first `count`, to let go."""
        if not count:
            return []
        out, self.rows = [kept.row for kept in self.rows[:count]], self.rows[count:]
        self.vouched = max(0, self.vouched - count)
        self.proved = max(0, self.proved - count)
        return out
