"""Blocked targets that are looked at together (`BlockedGroup`), all that stop at one place (`StoppedGroup`). Pure."""

from collections.abc import Mapping
from typing import Any

from scanner.model import Result, Trace
from scanner.tracing.blocked_entries import BlockedEntries
from scanner.tracing.stopping_point import StoppingPoint, tells

#: So many targets of each are kept, of which some may be traced.
FEW_TRACES = 8
#: Of what stops at one place so many entries are counted, and so many named.
_MOST_ENTRIES, _NAMED = 1000, 10

Traces = Mapping[tuple[str, int], Trace]


class BlockedGroup:
    """Blocked targets: how many, how many of them unmet, whose they are, and a sample of them.

    `row_key`: what their rows have in common, as a text that the rows of reports carry (`Result.group`); `row_keys`:
    those of all that were merged into it.
    """

    __slots__ = ("count", "entries", "row_key", "row_keys", "sample", "unmet")

    def __init__(self, row_key: str, most_entries: int) -> None:
        self.row_key = row_key
        self.row_keys = [row_key]
        self.count = self.unmet = 0
        self.sample: list[Result] = []
        self.entries = BlockedEntries(most_entries)

    def add(self, result: Result) -> None:
        """Counts a target; as many are kept, spread over all of them."""
        self.count += 1
        self.unmet += result.met is False
        self.entries.add(result)
        result.belongs_to(self.row_key)
        if len(self.sample) < FEW_TRACES:
            self.sample.append(result)
        elif (at := self.count * 2_654_435_761 % 2**32 % self.count) < FEW_TRACES:
            self.sample[at] = result

    def merge(self, other: "BlockedGroup") -> None:
        """Takes all of another."""
        self.count += other.count
        self.unmet += other.unmet
        self.sample = (self.sample + other.sample)[:FEW_TRACES]
        self.row_keys += other.row_keys
        self.entries.merge(other.entries)

    def traced(self, traces: Traces) -> list[tuple[Result, Trace]]:
        """Its targets with a trace that tells something; one that two entries name counts once."""
        kept = {(result.address, result.port): result for result in self.sample}
        return [(kept[key], traces[key]) for key in kept if key in traces and tells(traces[key])]


class StoppedGroup:
    """All targets that stop at one place. `row_keys`: what their rows carry."""

    __slots__ = ("_entries", "_traced", "_unmet", "row_keys", "targets")

    def __init__(self) -> None:
        self.targets = self._traced = self._unmet = 0
        self._entries = BlockedEntries(_MOST_ENTRIES)
        self.row_keys: list[str] = []

    def take(self, group: BlockedGroup, *, traced: int, without: list[Result]) -> None:
        """A group, of which `traced` stop here by their traces, `without` those that stop elsewhere."""
        self.targets += group.count - len(without)
        self._unmet += group.unmet - sum(result.met is False for result in without)
        self._traced += traced
        self._entries.merge(group.entries)
        self.row_keys += group.row_keys

    def take_one(self, result: Result) -> None:
        """A target that was traced, and stops elsewhere than others of its group."""
        self.targets += 1
        self._unmet += result.met is False
        self._traced += 1
        self._entries.add(result)
        self.row_keys.append(f"{result.address}:{result.port}")

    @property
    def is_unmet(self) -> bool:
        """Whether any of its targets is not as expected."""
        return self._unmet > 0

    def as_dict(self, key: str, stop: StoppingPoint) -> dict[str, Any]:
        """As the report has it, absent values None."""
        entries, more = self._entries.texts(_NAMED)
        return {
            "key": key,
            "targets": self.targets,
            "unmet": self._unmet,
            "traced": self._traced,
            "state": stop.state.value,
            "reason": stop.reason,
            "at": stop.at or None,
            "address": stop.address or None,
            "hop": stop.hop,
            "entries": entries,
            "more_entries": more,
        }
