"""How far one part is, as whoever probes it tells the others: numbers and texts, in JSON."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from scanner.scanning.probing import Headway, Probing


class WorkerState(NamedTuple):
    """What such a one says. `evidence`: as it was within the last second or so, and the whole once it has
    ended; of one that is killed that is all that is known."""

    headway: Headway = Headway()
    unanswered: int = 0
    warnings: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = MappingProxyType({})
    skipped: tuple[str, ...] = ()
    complete: bool = False

    def packed(self) -> bytes:
        """As bytes."""
        return json.dumps(self._replace(evidence=dict(self.evidence))).encode()


def state_of(probing: Probing, *, unanswered: int, evidence: Mapping[str, Any] = MappingProxyType({})) -> WorkerState:
    """As it is now. `unanswered` and `evidence` are not asked for each time."""
    return WorkerState(
        headway=probing.headway,
        unanswered=unanswered,
        warnings=tuple(probing.warnings),
        details=tuple(probing.details),
        evidence=evidence,
        skipped=tuple(probing.skipped_texts),
        complete=probing.complete,
    )


def unpacked_state(data: bytes) -> WorkerState:
    """Out of bytes."""
    headway, unanswered, warnings, details, evidence, skipped, complete = json.loads(data)
    return WorkerState(
        Headway(*headway), unanswered, tuple(warnings), tuple(details), evidence, tuple(skipped), complete
    )
