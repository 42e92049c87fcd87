"""One change between two reports: its kind, what became of an expectation, and whether it is a difference."""

from enum import StrEnum
from typing import NamedTuple

from scanner.model import State
from scanner.reports.comparing.seen_targets import RowOutcome


class Kind(StrEnum):
    """What became of a target. The first of them matter most, and come first."""

    BLOCKED = "blocked"  #: it answered, or could not be probed; now it is silent, or an ICMP error answers
    CLOSED = "closed"  #: it refuses now, and did not
    FAILED = "failed"  #: it cannot be probed any more
    OPENED = "opened"  #: it is open now, and was not
    VANISHED = "vanished"  #: the new report does not have it
    APPEARED = "appeared"  #: the old report does not have it
    REASON = "reason"  #: the same, for another reason, or said by somebody else
    ADDRESSES = "addresses"  #: the name leads elsewhere, with the same outcome
    DOUBT = "doubt"  #: the same, but sure or unsure now
    SLOWER = "slower"  #: it answers later
    SAME = "same"  #: only told for what is expected of it
    NOT_SCANNED = "not scanned"  #: one of the reports left it out on purpose, or did not come to it


class Standing(StrEnum):
    """What became of what is expected of it."""

    REGRESSION = "regression"  #: as expected before, and now it is not
    FIXED = "fixed"  #: not as expected before, and now it is
    UNMET = "still unmet"  #: not as expected, in both
    NONE = ""


#: Which kind of move a state means for what was in another class of states before; so also which states are one class.
MOVES = {
    State.OPEN: Kind.OPENED,
    State.REFUSED: Kind.CLOSED,
    State.TIMEOUT: Kind.BLOCKED,
    State.UNREACHABLE: Kind.BLOCKED,
    State.ERROR: Kind.FAILED,
}
_MATTER = frozenset({Kind.BLOCKED, Kind.CLOSED, Kind.FAILED, Kind.OPENED, Kind.VANISHED, Kind.APPEARED})
_STRICTLY = frozenset({Kind.REASON, Kind.ADDRESSES, Kind.DOUBT, Kind.SLOWER})
_STANDING = (Standing.REGRESSION, Standing.NONE, Standing.FIXED, Standing.UNMET)


class Change(NamedTuple):
    """A change of one target at one address. `old` and `new` are None where a report does not have it; `why`: for one
    that was not scanned. Round trips in milliseconds, told only of what became slower."""

    kind: Kind
    standing: Standing
    vantage: str
    name: str
    host: str
    address: str
    port: int
    old: RowOutcome | None
    new: RowOutcome | None
    why: str = ""
    old_rtt_ms: float | None = None
    new_rtt_ms: float | None = None


def is_difference(change: Change, *, strict: bool) -> bool:
    """Whether it makes the reports differ (exit status 1)."""
    if change.kind in _MATTER or change.standing in (Standing.REGRESSION, Standing.FIXED):
        return True
    return strict and change.kind in _STRICTLY


def weight(change: Change) -> tuple[int, int]:
    """A sort key: what matters most comes first."""
    return _STANDING.index(change.standing), _KINDS.index(change.kind)


_KINDS = list(Kind)


def move(old: RowOutcome, new: RowOutcome) -> Kind:
    """What became of a target that both reports have."""
    if old is new:
        return Kind.SAME
    kind = MOVES[State(new.state)]
    if kind is not MOVES[State(old.state)]:
        return kind
    if (old.state, old.reason, old.icmp_from) != (new.state, new.reason, new.icmp_from):
        return Kind.REASON
    return Kind.DOUBT if old.doubt != new.doubt else Kind.SAME


def standing(old: RowOutcome | None, new: RowOutcome | None) -> Standing:
    """What became of the expectation."""
    before, now = old.met if old else None, new.met if new else None
    if now is False:
        return Standing.REGRESSION if before is True else Standing.UNMET if before is False else Standing.NONE
    return Standing.FIXED if before is False and now is True else Standing.NONE
