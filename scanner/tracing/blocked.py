"""What a scan found blocked, gathered in bounded memory; whom of it to trace; and where it all stops. Pure.

Who sent an ICMP error is known from the scan. Of those, one trace for each sender will do, for the number of its hop.

Silent targets are grouped: each by itself while they are few, then by host, then by network (/24, /64). Some of each
group are traced. Where all of them are silent behind the same hop they speak for the group; else only for themselves,
and those of which it is not known where silence begins speak for nobody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from scanner.model import Endpoint, NetworkKey, Reason, Request, Result, State, Trace, network_key

#: How many groups of silent targets there may be: by target, by host, by network.
MOST_GROUPS = (8, 64, 4096)
#: So many are traced where there are fewer groups, and at most. A Linux router at its defaults answers six probes
#: at once, then one a second: many traces over it would only find it silent.
FEW_TRACES, MOST_TRACES = 8, 64
_MOST_SENDERS = 4096

Traces = Mapping[tuple[str, int], Trace]
_Key = tuple[str, int] | str | NetworkKey  # of a group: its target, its host or its network
_GroupKey = TypeVar("_GroupKey")


class StoppingPoint(NamedTuple):
    """Where targets stop. `at`: `hop`, `target` (the targets themselves), `here` (this host), or empty where no
    trace tells. `address`: the last hop that answered, or the sender of the ICMP error.
    """

    state: State
    reason: str
    at: str = ""
    address: str = ""
    hop: int | None = None


_SILENT = StoppingPoint(State.TIMEOUT, Reason.NO_RESPONSE)


class _BlockedGroup:
    """Silent targets: how many, and a sample of them."""

    __slots__ = ("count", "sample")

    def __init__(self) -> None:
        self.count = 0
        self.sample: list[Result] = []

    def add(self, result: Result) -> None:
        """Counts a target; as many are kept, spread over all of them."""
        self.count += 1
        if len(self.sample) < FEW_TRACES:
            self.sample.append(result)
        elif (at := self.count * 2_654_435_761 % 2**32 % self.count) < FEW_TRACES:
            self.sample[at] = result

    def merge(self, other: "_BlockedGroup") -> None:
        self.count += other.count
        self.sample = (self.sample + other.sample)[:FEW_TRACES]


class Blocked:
    """The blocked targets of a scan; `count` is how many."""

    def __init__(self) -> None:
        self.count = 0
        self._level = 0
        self._silent: dict[_Key, _BlockedGroup] = {}
        self._rejected: dict[StoppingPoint, _BlockedGroup] = {}
        self._crowd = 0  # silent targets beyond the last group

    def add(self, results: Iterable[Result]) -> None:
        """Takes a batch of results of any state."""
        for result in results:
            if result.state is State.TIMEOUT:
                self.count += 1
                self._add_silent(result)
            elif result.state is State.UNREACHABLE:
                self.count += 1
                stop = _rejected(result)
                if stop not in self._rejected and len(self._rejected) >= _MOST_SENDERS:
                    stop = StoppingPoint(result.state, result.reason)
                self._rejected.setdefault(stop, _BlockedGroup()).add(result)

    @property
    def kept(self) -> int:
        """How many results are kept, of which some may be traced: bounded, however many are blocked."""
        return sum(len(group.sample) for group in (*self._silent.values(), *self._rejected.values()))

    def _add_silent(self, result: Result) -> None:
        key = self._key(result)
        group = self._silent.get(key)
        if group is None:
            if len(self._silent) >= MOST_GROUPS[self._level]:
                if self._level == 2:
                    self._crowd += 1
                    return
                self._widen()
                self._add_silent(result)
                return
            group = self._silent[key] = _BlockedGroup()
        group.add(result)

    def _key(self, result: Result) -> _Key:
        if self._level == 0:
            return result.address, result.port
        return result.address if self._level == 1 else network_key(result.place)

    def _widen(self) -> None:
        """From targets to hosts, from hosts to networks."""
        self._level += 1
        groups, self._silent = self._silent, {}
        for group in groups.values():
            self._silent.setdefault(self._key(group.sample[0]), _BlockedGroup()).merge(group)

    def to_trace(self) -> list[Endpoint]:
        """Whom to trace: for each sender of ICMP errors and each group one, then more of each group."""
        senders: dict[str, Result] = {}
        for stop, group in _by_size(self._rejected):
            if stop.at == "hop":
                senders.setdefault(stop.address, group.sample[0])
        chosen = list(senders.values())[:MOST_TRACES]
        room = max(1, MOST_TRACES - len(chosen))
        samples = [group.sample for _, group in _by_size(self._silent)][:room]
        turns = [sample[turn] for turn in range(FEW_TRACES) for sample in samples if turn < len(sample)]
        return [endpoint_of(result) for result in chosen + turns[: min(room, max(FEW_TRACES, len(samples)))]]

    def stops(self, traces: Traces) -> list[dict[str, Any]]:
        """The groups of the report, the largest first. `traces` by address and port, of `to_trace`'s endpoints.

        Each is `{targets, traced, state, reason, at, address, hop}`, absent values None; `at` as in `StoppingPoint`.
        """
        hops = _places(traces.values())
        targets: Counter[StoppingPoint] = Counter()
        traced: Counter[StoppingPoint] = Counter()
        for stop, group in self._rejected.items():
            stop = stop._replace(hop=hops.get(stop.address))
            targets[stop] += group.count
            traced[stop] += len(_traces_of(group, traces))
        for group in self._silent.values():
            found = [_traced(trace, hops) for trace in _traces_of(group, traces)]
            traced.update(found)
            if len(set(found)) == 1 and found[0].state is State.TIMEOUT:
                targets[found[0]] += group.count
            else:
                targets.update(found)
                targets[_SILENT] += group.count - len(found)
        targets[_SILENT] += self._crowd
        order = sorted(targets, key=lambda stop: (-targets[stop], stop.hop or 0, stop.address, stop.reason))
        return [_as_dict(stop, targets[stop], traced[stop]) for stop in order if targets[stop]]


def endpoint_of(result: Result) -> Endpoint:
    """The result's target, to be asked once more."""
    return Endpoint(result.place, result.port, (Request(result.host),))


def _by_size(groups: dict[_GroupKey, _BlockedGroup]) -> list[tuple[_GroupKey, _BlockedGroup]]:
    return sorted(groups.items(), key=lambda item: -item[1].count)


def _rejected(result: Result) -> StoppingPoint:
    sender = result.icmp_from
    if sender == result.place.numeric:
        return StoppingPoint(result.state, result.reason, "target")
    return StoppingPoint(result.state, result.reason, "hop" if sender else "here", sender)


def _traces_of(group: _BlockedGroup, traces: Traces) -> list[Trace]:
    """The traces of a group's targets that tell something; a target that two entries name counts once."""
    keys = dict.fromkeys((result.address, result.port) for result in group.sample)
    return [traces[key] for key in keys if key in traces and _tells(traces[key])]


def _tells(trace: Trace) -> bool:
    """Whether it came to its end, and of silence, where that begins is known."""
    end = trace.end
    return end.state is not None and (end.state is not State.TIMEOUT or end.hop is not None)


def _places(traces: Iterable[Trace]) -> dict[str, int]:
    """At which hop each sender of ICMP errors stands, by the traces that ended with it; left out where they differ."""
    found: dict[str, set[int | None]] = {}
    for trace in traces:
        if trace.end.icmp_from:
            found.setdefault(trace.end.icmp_from, set()).add(trace.end.hop)
    return {sender: hop for sender, (hop, *others) in found.items() if hop and not others}


def _traced(trace: Trace, hops: Mapping[str, int]) -> StoppingPoint:
    """Where a target stops by its trace, which may have met with more than the scan did."""
    end = trace.end
    assert end.state is not None
    if end.state is State.TIMEOUT:
        last = trace.hops[-1].address if trace.hops else ""
        return StoppingPoint(end.state, end.reason, "hop" if last else "here", last or "", end.hop)
    if end.state is State.UNREACHABLE and end.icmp_from != trace.address:
        sender = end.icmp_from
        return StoppingPoint(end.state, end.reason, "hop" if sender else "here", sender, hops.get(sender))
    return StoppingPoint(end.state, end.reason, "here" if end.state is State.ERROR else "target")


def _as_dict(stop: StoppingPoint, targets: int, traced: int) -> dict[str, Any]:
    return {
        "targets": targets,
        "traced": traced,
        "state": stop.state.value,
        "reason": stop.reason,
        "at": stop.at or None,
        "address": stop.address or None,
        "hop": stop.hop,
    }
