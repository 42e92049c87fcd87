"""Finding what changed: two sides' targets, pair by pair. Pure.

The addresses of a name are compared as a set: an address that both have is compared with itself; one that only one of
them has is no change as long as what it says is said by an address of the other side as well, for names that many hosts
share lead to other ones each time.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from scanner.reports.comparing.change import Change, Kind, Standing, move, standing
from scanner.reports.comparing.seen_targets import RowOutcome, SeenTarget, SeenTargets, TargetKey, outcomes, vantages

#: Why a report does not have a target that was left out on purpose, or empty: it was asked for, and is gone, or new.
Omission = Callable[[str, str, int, RowOutcome | None], str]


class Side(NamedTuple):
    """A report's targets, and `left_out`: asked for host, address and port of one that it does not have, and
    what the other report says of it, if that is the newer one."""

    seen: SeenTargets
    left_out: Omission


def changes(old: Side, new: Side, *, slower_ms: float | None = None) -> Iterator[Change]:
    """All of them, in the order of the new report, then of the old one, for what only that has."""
    for vantage, before, now in _paired(old.seen, new.seen):
        for key, seen in now.items():
            last = before.get(key)
            if last is None:
                yield from _alone(vantage, key, seen, old.left_out, new=True)
            elif last is not seen or (isinstance(seen, RowOutcome) and seen.met is False):
                yield from _compared(vantage, key, outcomes(last, key), outcomes(seen, key))
        for key, seen in before.items():
            if key not in now:
                yield from _alone(vantage, key, seen, new.left_out, new=False)
    if slower_ms is not None:
        yield from _slower(old.seen, new.seen, slower_ms)


def _paired(
    old: SeenTargets, new: SeenTargets
) -> Iterator[tuple[str, dict[TargetKey, SeenTarget], dict[TargetKey, SeenTarget]]]:
    """By vantage where a report holds several; else whatever they are called."""
    if len(old.by_vantage) < 2 and len(new.by_vantage) < 2:
        (before,), (now,) = old.by_vantage.values() or ({},), new.by_vantage.values() or ({},)
        yield "", before, now
        return
    for vantage in vantages((new, old)):
        yield vantage, old.by_vantage.get(vantage, {}), new.by_vantage.get(vantage, {})


def _alone(vantage: str, key: TargetKey, seen: SeenTarget, left_out: Omission, *, new: bool) -> Iterator[Change]:
    name, host, port = key
    for address, outcome in outcomes(seen, key):
        why = left_out(host, address, port, outcome if new else None)
        kind = Kind.NOT_SCANNED if why else Kind.APPEARED if new else Kind.VANISHED
        before, now = (None, outcome) if new else (outcome, None)
        yield Change(kind, Standing.NONE, vantage, name, host, address, port, before, now, why)


_Addressed = tuple[tuple[str, RowOutcome], ...]
#: An address, and what is said of it by the old report and the new one.
_Pair = tuple[str, RowOutcome, RowOutcome]


def _compared(vantage: str, key: TargetKey, old: _Addressed, new: _Addressed) -> Iterator[Change]:
    name, host, port = key
    gone, come = list(old), list(new)
    for pairs in (_alike, _of_one_address):
        for address, before, now in pairs(gone, come):
            yield from _told(
                Change(move(before, now), standing(before, now), vantage, name, host, address, port, before, now)
            )
    if not come and not gone:
        return
    come.sort(key=lambda one: _said_in(one[1], gone) is None)  # what takes its own like leaves the others theirs
    for address, now in come:
        at, known = _said_in(now, gone), _said_in(now, old)
        of_another = at is None and (known is not None or not gone)  # one that is not used up by it
        before = old[known or 0][1] if of_another else gone.pop(at or 0)[1]
        kind = move(before, now)
        kind = Kind.ADDRESSES if kind is Kind.SAME else kind
        yield Change(kind, standing(before, now), vantage, name, host, address, port, before, now)
    for address, before in gone:
        if _said_in(before, new) is not None:
            yield Change(Kind.ADDRESSES, Standing.NONE, vantage, name, host, address, port, before, None)
        else:
            now = new[0][1]
            yield Change(move(before, now), standing(before, now), vantage, name, host, address, port, before, now)


def _alike(gone: list[tuple[str, RowOutcome]], come: list[tuple[str, RowOutcome]]) -> Iterator[_Pair]:
    """Takes what both have from both: rows of one address come in any order."""
    for one in [*come]:
        if one in gone:
            gone.remove(one)
            come.remove(one)
            yield one[0], one[1], one[1]


def _of_one_address(gone: list[tuple[str, RowOutcome]], come: list[tuple[str, RowOutcome]]) -> Iterator[_Pair]:
    """Takes what is left of the same address from both, first where the same is expected of it."""
    for one in [*come]:
        address, now = one
        there = [other for other in gone if other[0] == address]
        if there:
            other = min(there, key=lambda each: each[1].expect != now.expect)
            gone.remove(other)
            come.remove(one)
            yield address, other[1], now


def _said_in(outcome: RowOutcome, rows: Iterable[tuple[str, RowOutcome]]) -> int | None:
    """Where the same is said, or None: state, reason, sender and doubt, which is what `move` looks at, many times
    faster."""
    alike = outcome[:4]
    return next((at for at, (_, said) in enumerate(rows) if said[:4] == alike), None)


def _told(change: Change) -> Iterator[Change]:
    if change.kind is not Kind.SAME or change.standing:
        yield change


def _slower(old: SeenTargets, new: SeenTargets, slower_ms: float) -> Iterator[Change]:
    alike = len(old.by_vantage) < 2 and len(new.by_vantage) < 2
    before = {("", *where[1:]): rtt for where, rtt in old.rtts.items()} if alike else old.rtts
    for (vantage, key, address), rtt in new.rtts.items():
        vantage = "" if alike else vantage
        last = before.get((vantage, key, address))
        if last is not None and rtt - last >= slower_ms:
            name, host, port = key
            yield Change(
                Kind.SLOWER, Standing.NONE, vantage, name, host, address, port, None, None,
                old_rtt_ms=last, new_rtt_ms=rtt,
            )  # fmt: skip
