"""This host's own connection tracking table: a scan takes less than half of what is free in it.

Where a stateful firewall or NAT runs on this host, the kernel notes every connection attempt in a table of
nf_conntrack_max entries. When it is full, packets are dropped, those of everybody else on this host as well.

What our attempts leave there is not modelled but looked up: the count is read again every second, and whenever as many
attempts were made as there was room for at the last look (5 us, never for each probe). Only that is true, because it
depends on the rules whether anything is tracked at all, because a RST to the SYN removes its entry at once (a clean
sweep leaves none, however fast it is), and because entries of others come and go. Measured: an unanswered SYN stays for
nf_conntrack_tcp_timeout_syn_sent (120 s), an open port, once reset, for nf_conntrack_tcp_timeout_close (10 s), and both
up to a minute longer, until the kernel looks for what has expired.

What is free is counted without our own entries; of these there are no more than attempts in the time that one can last.
A few attempts may leave in any case, so that a scan ends even where others keep the table full. Pure but for
`open_conntrack`, which gives None where nothing is tracked or nobody says: then nothing here ever runs.
"""

from collections import deque
from collections.abc import Callable

from scanner.machine.tracking_table import NETFILTER, UNANSWERED_S, tracking_table

_SENDS_S = 130.0  # a socket repeats its SYN for so long (tcp_syn_retries), and each begins the entry's time anew
_COLLECT_S = 60.0
_LOOK_S, _LOOK_AGAIN_S = 1.0, 0.1
_FEW, _FEW_OF = 240, 256
_UNKNOWN = 1 << 30

WARNING = (
    "slower than it could be (the answers are the same): this host's connection tracking table is filling up, and a "
    "scan takes less than half of what is free there: raise net.netfilter.nf_conntrack_max, or expect pauses of "
    "{lasts:.0f} s or more"
)


class Conntrack:
    """How many attempts the table has room for. `count` reads its entries (None: it cannot be read any more).

    `most` is its size, `lasts` the seconds that an unanswered attempt stays in it. `sharers`: so many processes take
    their part of what is free. Each sees the others' entries as somebody else's; together they have less than half.
    """

    def __init__(
        self, count: Callable[[], int | None], most: int, lasts: float = UNANSWERED_S, *, sharers: int = 1
    ) -> None:
        self._count = count
        self._most = most
        self._sharers = sharers
        self._few = max(1, few(most) // sharers)
        self._lowest = most
        self._ours_s = lasts + _SENDS_S + _COLLECT_S
        self._room = 0
        self._seen = -1  # attempts at the last look
        self._looked = float("-inf")
        self._history: deque[tuple[float, int]] = deque()  # (time, attempts), once a second
        self._old = 0  # attempts so long ago that nothing of them is left
        self._warning = WARNING.format(lasts=lasts)
        self.warning = ""  #: what to tell the user, once attempts were held back

    def room(self, attempts: int, now: float) -> int:
        """How many more may be made now, after so many in all."""
        room = self._room - (attempts - self._seen)
        since = now - self._looked
        if since < _LOOK_S and (room > 0 or (attempts == self._seen and since < _LOOK_AGAIN_S)):
            return room
        return self._look(attempts, now)

    def _look(self, attempts: int, now: float) -> int:
        count = self._count()
        self._seen, self._looked = attempts, now
        if count is None:
            self._room = _UNKNOWN
            return _UNKNOWN
        recent = attempts - self._made_long_ago(attempts, now)
        self._lowest = min(self._lowest, count)
        others = max(self._lowest, count - recent)
        self._room = others + (self._most - 1 - others) // (2 * self._sharers) - count
        if self._room <= 0:
            self.warning = self._warning
            self._room = max(0, self._few - recent)
        return self._room

    def _made_long_ago(self, attempts: int, now: float) -> int:
        history = self._history
        if not history or now - history[-1][0] >= _LOOK_S:
            history.append((now, attempts))
        while history and history[0][0] <= now - self._ours_s:
            self._old = history.popleft()[1]
        return self._old


def few(most: int) -> int:
    """How many attempts may leave in any case, beside a table of that size."""
    return max(1, min(_FEW, most // _FEW_OF))


def open_conntrack(root: str = NETFILTER, *, sharers: int = 1) -> Conntrack | None:
    """The table of this host, or of this network namespace; None where there is none, or nobody may read of it."""
    table = tracking_table(root)
    if table is None:
        return None
    return Conntrack(table.entries, table.most, table.lasts or UNANSWERED_S, sharers=sharers)
