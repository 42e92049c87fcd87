"""What the runs before this one came to, read out of the frames of a journal.

Rows say beside themselves how far their run was, because they are all that is certain to be there of one that was
killed: what is told of a run now and then (its evidence) may be a second old, and on a full disk it has no room.
"""

import json
from struct import Struct
from typing import Any, NamedTuple, Protocol

from scanner.scanning.journal.journal_frames import Frame, FrameKind, FrameList

#: A host that was passed over: 4 or 6, IPv6 scope, address as a number.
HostNumber = tuple[int, int, int]
#: What stands before packed rows: of how many targets they are, and how far the run was.
_HEAD = Struct("<IdQQ")
ROWS_BEGIN = _HEAD.size


class SoFar(NamedTuple):
    """How far one run is: `seconds` of probing, connection `attempts`, those of them `beside` the targets'."""

    seconds: float = 0.0
    attempts: int = 0
    beside: int = 0


class EarlierRuns(NamedTuple):
    """What the runs before this one came to: how many there were (`runs`), and when the first one `started` (ISO 8601,
    UTC). `far`: how far they came in all; rows are of so many `targets`; and the `evidence` of each run. (Rows, and
    the hosts that were passed over, may be millions: those are read when they are handed on.)"""

    runs: int = 0
    started: str = ""
    far: SoFar = SoFar()
    targets: int = 0
    evidence: tuple[dict[str, Any], ...] = ()


class FrameBytes(Protocol):
    """Where the frames are."""

    def read_at(self, begin: int, count: int) -> bytes:
        """So many bytes from there on."""
        ...


def rows_head(targets: int, far: SoFar) -> bytes:
    """What stands before packed rows."""
    return _HEAD.pack(targets, *far)


def json_of(file: FrameBytes, frame: Frame) -> Any:
    """What a frame says that is not rows. Errors: ValueError."""
    return json.loads(file.read_at(frame.begin, frame.end - frame.begin))


def silent_hosts(file: FrameBytes, frame: Frame) -> list[HostNumber]:
    """The hosts that such a frame says were passed over. Errors: ValueError, TypeError."""
    return [(int(version), int(scope), int(number)) for version, scope, number in json_of(file, frame)]


def earlier_runs(file: FrameBytes, frames: FrameList, started: str) -> EarlierRuns:
    """Of all frames behind the first. Errors: ValueError, LookupError, TypeError, struct.error where they do not say
    what frames say."""
    each: list[SoFar] = []
    evidence: list[dict[str, Any]] = []  # the last of each run
    targets = 0
    for frame in frames:
        if frame.kind is FrameKind.RUN:
            each.append(SoFar())
            evidence.append({})
        elif frame.kind is FrameKind.ROWS:
            count, *far = _HEAD.unpack(file.read_at(frame.begin, ROWS_BEGIN))
            targets += count
            each[-1] = SoFar(*far)
        elif frame.kind is FrameKind.STATE:
            state = json_of(file, frame)
            each[-1] = SoFar(float(state["seconds"]), int(state["attempts"]), int(state["beside"]))
            evidence[-1] = dict(state["evidence"])
    return EarlierRuns(
        runs=len(each),
        started=started,
        far=SoFar(*map(sum, zip(*each, strict=True))) if each else SoFar(),
        targets=targets,
        evidence=tuple(filter(None, evidence)),
    )
