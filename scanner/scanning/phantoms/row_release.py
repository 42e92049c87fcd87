"""Which of the kept rows of a host may go, and with what doubt. Pure: pass `now`.

A row goes as soon as it is clear, and waits for that at most half a second where it depends on the host, 0.8 where it
depends on the range. While something is being asked, and where the scan is so slow that few other ports of the host are
known, it waits up to three seconds; what is still unclear then goes with a doubt. Only here do phantoms get `doubt`.
"""

from scanner.model import Doubt, Result
from scanner.scanning.phantoms.one_host import OpenHost
from scanner.scanning.phantoms.port_counts import ENOUGH
from scanner.scanning.phantoms.typed_ranges import TypedRanges

#: Seconds between two looks at the hosts whose rows are kept: that something is over shows only at the next.
LOOK_S = 0.1
_KEEP_S, _KEEP_RANGE_S, _KEEP_LONG_S = 0.5 - LOOK_S, 0.8 - LOOK_S, 3.0 - LOOK_S
_FEW = 64  # with more hosts, rows are not kept longer where the scan is slow: the look takes in every host


class RowRelease:
    """Decides, also from what is known of the ranges. `canary`: hosts are sent canaries, whose answers are awaited."""

    def __init__(self, ranges: TypedRanges, *, canary: bool) -> None:
        self._ranges = ranges
        self._canary = canary

    def ready(self, host: OpenHost, now: float, keeping: int) -> list[Result]:
        """Take the first kept rows of a host, as far as they are clear or cannot wait any longer. `keeping`: how many
        hosts have kept rows."""
        asking = host.asking(now)
        held = bool(host.canaries.out) or (self._canary and asking)  # its user wants to know
        keep = _KEEP_LONG_S if asking else _KEEP_S
        keep_if_slow = _KEEP_LONG_S if keeping <= _FEW and host.ports.may_answer else keep
        clear = self._clear(host, asking)
        doubts: list[str] = []
        for at, (_, came, _, number) in enumerate(host.kept.rows):
            age = now - came
            early = held or age < (keep_if_slow if host.ports.known - number < ENOUGH else keep)
            doubt = self._doubt(host, at, age, early=early, clear=clear)
            if doubt is None:
                break
            doubts.append(doubt)
        return _take(host, doubts)

    def rest(self, host: OpenHost) -> list[Result]:
        """Take all that is kept of a host, at the end."""
        return _take(host, [self._last_doubt(host, at) for at in range(len(host.kept.rows))])

    def _doubt(self, host: OpenHost, at: int, age: float, *, early: bool, clear: int) -> str | None:
        """With what doubt this one of its rows may go, empty for none; None: not yet. `early`: what its host is may
        still be found out; `clear`: how many of its rows are not phantoms."""
        phantom = host.is_phantom(at)
        if phantom or (not early and (phantom is None or host.runs.unknown(at))):
            return Doubt.ACCEPTS_EVERYTHING
        if phantom is None or (at >= clear and early):
            return None
        doubt = self._range_doubt(host, at)
        if age < _KEEP_RANGE_S and (doubt is None or (doubt == Doubt.INTERCEPTED and host.ports.may_answer)):
            return None
        return doubt or ""

    def _last_doubt(self, host: OpenHost, at: int) -> str:
        if host.is_phantom(at) is not False or host.runs.unknown(at):
            return Doubt.ACCEPTS_EVERYTHING
        return self._range_doubt(host, at) or ""

    def _range_doubt(self, host: OpenHost, at: int) -> str | None:
        """The doubt of a row because of its range; None: not clear yet."""
        return self._ranges.doubt(host.kept.rows[at].row, host, vouched=at < host.kept.vouched)

    def _clear(self, host: OpenHost, asking: bool) -> int:
        """How many of its kept rows are not phantoms."""
        if host.undecided():
            return 0
        by_run = (self._canary or host.ports.enough) and not host.marked and (asking or not host.ports.done)
        return host.kept.vouched if by_run else len(host.kept.rows)


def _take(host: OpenHost, doubts: list[str]) -> list[Result]:
    """Take the first rows of a host, each with its doubt; without one, the engine's stays."""
    rows = host.kept.take(len(doubts))
    for row, doubt in zip(rows, doubts, strict=True):
        row.doubt = doubt or row.doubt
    return rows
