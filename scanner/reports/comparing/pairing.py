"""Finding what changed: two sides' targets, pair by pair. Pure.

The addresses of a name are compared as a set: an address that both have is compared with itself; one that only one of
them has is no change as long as what it says is said by an address of the other side as well, for names that many hosts
share lead to other ones each time.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.reports.comparing.change import Change, Kind, Standing, move, standing
from scanner.reports.comparing.seen_targets import RowOutcome, SeenTarget, SeenTargets, TargetKey, outcomes, vantages

#: Why a report does not have a target that was left out on purpose, or empty: it was asked for, and is gone, or new.
Omission = Callable[[str, str, int], str]


class Side(NamedTuple):
    """A report's targets, and `left_out`: asked for host, address and port of one that it does not have."""

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
        why = left_out(host, address, port)
        kind = Kind.NOT_SCANNED if why else Kind.APPEARED if new else Kind.VANISHED
        before, now = (None, outcome) if new else (outcome, None)
        yield Change(kind, Standing.NONE, vantage, name, host, address, port, before, now, why)


_Addressed = tuple[tuple[str, RowOutcome], ...]


def _compared(vantage: str, key: TargetKey, old: _Addressed, new: _Addressed) -> Iterator[Change]:
    name, host, port = key
    gone = list(old)
    come: list[tuple[str, RowOutcome]] = []
    for address, now in new:
        at = next((at for at, (other, _) in enumerate(gone) if other == address), None)
        if at is None:
            come.append((address, now))
            continue
        before = gone.pop(at)[1]
        yield from _told(
            Change(move(before, now), standing(before, now), vantage, name, host, address, port, before, now)
        )
    if not come and not gone:
        return
    for address, now in come:
        before = next((said for _, said in (*gone, *old) if move(said, now) is Kind.SAME), (gone or old)[0][1])
        kind = move(before, now)
        kind = Kind.ADDRESSES if kind is Kind.SAME else kind
        yield Change(kind, standing(before, now), vantage, name, host, address, port, before, now)
    for address, before in gone[len(come) :]:
        yield Change(Kind.ADDRESSES, Standing.NONE, vantage, name, host, address, port, before, None)


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
