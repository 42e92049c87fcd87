"""The open rows of one host that are kept back, in the order in which they were probed, and how many of them are beyond
doubt. Pure.
"""

from bisect import bisect_right
from operator import itemgetter
from typing import NamedTuple

from scanner.model import Result

_SENT = itemgetter(0)


class KeptRow(NamedTuple):
    """An open row that is not let go yet: when it was probed, when it came, and as which of the ports of its host."""

    sent: float
    came: float
    row: Result
    number: int = 0


class KeptRows:
    """They are `rows`; the first `vouched` of them are beyond doubt, `proved` of these by the host's own word."""

    __slots__ = ("_in_order", "proved", "rows", "vouched")

    def __init__(self) -> None:
        self.rows: list[KeptRow] = []
        self.vouched = self.proved = 0
        self._in_order = True

    def __bool__(self) -> bool:
        return bool(self.rows)

    def add(self, kept: KeptRow) -> None:
        """One more. Between two rounds they are in order: see `sort`."""
        self._in_order = self._in_order and not (self.rows and kept.sent < self.rows[-1].sent)
        self.rows.append(kept)

    def sort(self) -> None:
        """A round's answers are in no order: to be called after each round."""
        if not self._in_order:
            self.rows.sort(key=_SENT)
            self._in_order = True

    def vouch(self, sent: float) -> None:
        """Whatever was probed until then is beyond doubt."""
        self.vouched = max(self.vouched, bisect_right(self.rows, sent, key=_SENT))

    def vouch_for_all(self) -> None:
        """All of them are beyond doubt."""
        self.vouched = len(self.rows)

    def prove(self) -> None:
        """Those that are beyond doubt are so by the host's own word."""
        self.proved = self.vouched

    def doubt_all(self) -> None:
        """All of them are in doubt."""
        self.vouched = 0

    def doubt_unproved(self) -> None:
        """All of them are in doubt but what the host's own word has proved."""
        self.vouched = self.proved

    def vouch_by_silence(self, silent: list[float]) -> None:
        """Since when it has accepted everything is shown by its silent ports, each by when it was probed, in order:
        most are silent before, and most are open afterwards."""
        mistakes = [
            at - self.vouched + len(silent) - bisect_right(silent, self.rows[at].sent)
            for at in range(self.vouched, len(self.rows))
        ]
        if mistakes and silent:
            self.vouched += mistakes.index(min(mistakes))

    def in_doubt_before(self, sent: float) -> list[int]:
        """The ports of those in doubt that were probed before then."""
        return [kept.row.port for kept in self.rows[self.vouched :] if kept.sent < sent]

    def take(self, count: int) -> list[Result]:
        """The first so many, to let go."""
        if not count:
            return []
        out, self.rows = [kept.row for kept in self.rows[:count]], self.rows[count:]
        self.vouched = max(0, self.vouched - count)
        self.proved = max(0, self.proved - count)
        return out
