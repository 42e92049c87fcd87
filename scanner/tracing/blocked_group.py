"""Blocked targets that are looked at together (`BlockedGroup`), all that stop at one place (`StoppedGroup`). Pure.

A target may have several rows, one for each entry that names it, and where its trace tells that it stops elsewhere than
the rest of its group, all its rows go there. So the sample of a group is one of targets, not of rows, and knows
all of each: those with the lowest ranks (a checksum, so spread over all) among all that came. Whatever is among the
lowest at the end was so when its first row came: nothing of it can be missing.
"""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.model import Result, Trace
from scanner.tracing.blocked_entries import BlockedEntries
from scanner.tracing.stopping_point import StoppingPoint, tells

#: So many targets of each are kept, of which some may be traced.
FEW_TRACES = 8
#: Of what stops at one place so many entries are counted, and so many named.
_MOST_ENTRIES, _NAMED = 1000, 10

Traces = Mapping[tuple[str, int], Trace]

_Rank = tuple[int, str, int]  # of a target: its checksum, address and port


class SampledTarget:
    """A target of a group's sample: its first row, and of all its rows how many, how many unmet, and whose."""

    __slots__ = ("_entries", "_most_entries", "count", "result", "unmet")

    def __init__(self, result: Result, most_entries: int) -> None:
        self.result = result
        self.count, self.unmet = 1, int(result.met is False)
        self._most_entries = most_entries
        self._entries: BlockedEntries | None = None  # before a second row: nearly all have but one

    def add(self, result: Result) -> None:
        """Takes one more of its rows."""
        entries = self.entries
        entries.add(result)
        self.count += 1
        self.unmet += result.met is False
        self._entries = entries

    @property
    def entries(self) -> BlockedEntries:
        """Whose it is."""
        if self._entries is not None:
            return self._entries
        entries = BlockedEntries(self._most_entries)
        entries.add(self.result)
        return entries


class BlockedGroup:
    """Blocked targets: how many rows, how many of them unmet, whose they are, and a sample of the targets.

    `row_key`: what their rows have in common, as a text that the rows of reports carry (`Result.group`); `row_keys`:
    those that rows carry, also of all that were merged into it.
    """

    __slots__ = ("_bar", "_carried", "_most_entries", "_sample", "count", "entries", "row_key", "row_keys", "unmet")

    def __init__(self, row_key: str, most_entries: int) -> None:
        self.row_key = row_key
        self.row_keys: list[str] = []
        self._carried = False  # whether a row carries its own key
        self.count = self.unmet = 0
        self._most_entries = most_entries
        self.entries = BlockedEntries(most_entries)
        self._sample: dict[_Rank, SampledTarget] = {}
        self._bar: _Rank | None = None  # the highest rank in a sample that is full

    def add(self, result: Result) -> None:
        """Counts a row."""
        self.count += 1
        self.unmet += result.met is False
        self.entries.add(result)
        result.belongs_to(self.row_key)
        if not self._carried:
            self._carried = True
            self.row_keys.append(self.row_key)
        rank = _rank(result.address, result.port)
        if self._bar is not None and rank > self._bar:
            return
        known = self._sample.get(rank)
        if known is not None:
            known.add(result)
            return
        if self._bar is not None:
            del self._sample[self._bar]
        self._sample[rank] = SampledTarget(result, self._most_entries)
        self._set_bar()

    def merge(self, other: "BlockedGroup") -> None:
        """Takes all of another, which has other targets."""
        self.count += other.count
        self.unmet += other.unmet
        self.row_keys += other.row_keys
        self.entries.merge(other.entries)
        self._sample |= other._sample
        for rank in sorted(self._sample)[FEW_TRACES:]:
            del self._sample[rank]
        self._set_bar()

    def _set_bar(self) -> None:
        if len(self._sample) >= FEW_TRACES:
            self._bar = max(self._sample)

    @property
    def sample(self) -> list[Result]:
        """The first row of each target that is kept, at most FEW_TRACES."""
        return [target.result for target in self._sample.values()]

    def traced(self, traces: Traces) -> list[tuple[SampledTarget, Trace]]:
        """Its targets with a trace that tells something."""
        found = [(target, traces.get((address, port))) for (_, address, port), target in self._sample.items()]
        return [(target, trace) for target, trace in found if trace is not None and tells(trace)]


def _rank(address: str, port: int) -> _Rank:
    """The same in every run, so that the same targets are traced."""
    return zlib.crc32(address.encode(), port) * 2_654_435_761 % 2**32, address, port


class StoppedGroup:
    """All targets that stop at one place. `row_keys`: what their rows carry."""

    __slots__ = ("_entries", "_traced", "_unmet", "row_keys", "targets")

    def __init__(self) -> None:
        self.targets = self._traced = self._unmet = 0
        self._entries = BlockedEntries(_MOST_ENTRIES)
        self.row_keys: list[str] = []

    def take(self, group: BlockedGroup, *, traced: int, without: Iterable[SampledTarget] = ()) -> None:
        """A group, of which `traced` stop here by their traces, `without` those of its sample that stop elsewhere."""
        elsewhere = list(without)
        targets = group.count - sum(target.count for target in elsewhere)
        if not targets:
            return
        self.targets += targets
        self._unmet += group.unmet - sum(target.unmet for target in elsewhere)
        self._traced += traced
        self._entries.merge(group.entries.without(target.entries for target in elsewhere))
        self.row_keys += group.row_keys

    def take_one(self, target: SampledTarget) -> None:
        """A target that was traced, and stops elsewhere than others of its group, with all its rows."""
        self.targets += target.count
        self._unmet += target.unmet
        self._traced += 1
        self._entries.merge(target.entries)
        self.row_keys.append(target_key(target.result))

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


def target_key(result: Result) -> str:
    """`ADDRESS:PORT`, `[ADDRESS]:PORT` of IPv6: `fd00::1:22` is a host."""
    where = f"[{result.address}]" if ":" in result.address else result.address
    return f"{where}:{result.port}"
