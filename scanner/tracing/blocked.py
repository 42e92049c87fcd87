"""What a scan found blocked, gathered in bounded memory; whom of it to trace; and where it all stops. Pure.

Who sent an ICMP error is known from the scan. Of those, one trace for each sender will do, for the number of its hop.

Silent targets are grouped: each by itself while they are few, then by host, then by network (/24, /64). Some of each
group are traced. Where all of them are silent behind the same hop they speak for the group; else only for themselves,
and those of which it is not known where silence begins speak for nobody.

Rows go to the reports long before the first trace, so they cannot carry what it will find. They carry what is known of
them then, the key of their group (`Result.group`: a target, a host, a network, or who sent the ICMP error), and in the
end it is said which keys stop where (`Stops.by_row`).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from scanner.model import Endpoint, NetworkKey, Request, Result, State, network_key, network_name
from scanner.tracing.blocked_group import FEW_TRACES, BlockedGroup, StoppedGroup, Traces, target_key
from scanner.tracing.stopping_point import SILENT, StoppingPoint, places, rejected_at, traced_to

#: How many groups of silent targets there may be: by target, by host, by network.
MOST_GROUPS = (8, 64, 4096)
#: So many are traced at most; FEW_TRACES where there are fewer groups. A Linux router at its defaults answers six
#: probes at once, then one a second: many traces over it would only find it silent.
MOST_TRACES = 64
_MOST_SENDERS = 4096
#: Of how many entries each group knows, while there are few groups, and later.
_ENTRIES, _FEW_ENTRIES = 64, 8
_ELSEWHERE = "elsewhere"  # the key of silent targets beyond the last group

_Key = tuple[str, int] | str | NetworkKey  # of a group: its target, its host or its network
_GroupKey = TypeVar("_GroupKey")


class Stops(NamedTuple):
    """Where everything stops. `groups` as in the report: those with unmet targets first, then the largest, each
    `{key, targets, unmet, traced, state, reason, at, address, hop, entries, more_entries}`, absent values None, `at`
    as in `StoppingPoint`, `entries` as in `BlockedEntries.texts`. `by_row` leads each row to the key of its group:
    of a silent row by its target (`target_key`) if it has that, else, and of every other row, by `Result.group`.
    Joined so, rows are as many, and as many unmet, as each group says."""

    groups: list[dict[str, Any]]
    by_row: dict[str, str]


class Blocked:
    """The blocked targets of a scan; `count` is how many. They get their `group`. `most_groups` as MOST_GROUPS."""

    def __init__(self, most_groups: tuple[int, int, int] = MOST_GROUPS) -> None:
        self.count = 0
        self._most_groups = most_groups
        self._level = 0
        self._silent: dict[_Key, BlockedGroup] = {}
        self._rejected: dict[StoppingPoint, BlockedGroup] = {}
        self._crowd = BlockedGroup(_ELSEWHERE, _FEW_ENTRIES)  # silent targets beyond the last group

    def add(self, results: Iterable[Result]) -> None:
        """Takes a batch of results of any state."""
        for result in results:
            if result.state is State.TIMEOUT:
                self.count += 1
                self._silent_group(result).add(result)
            elif result.state is State.UNREACHABLE:
                self.count += 1
                self._rejected_group(result).add(result)

    @property
    def kept(self) -> int:
        """How many results are kept, of which some may be traced: bounded, however many are blocked."""
        return sum(len(group.sample) for group in (*self._silent.values(), *self._rejected.values()))

    def _rejected_group(self, result: Result) -> BlockedGroup:
        stop = rejected_at(result)
        group = self._rejected.get(stop)
        if group is None:
            if len(self._rejected) >= _MOST_SENDERS:
                stop = StoppingPoint(result.state, result.reason)
            most = _ENTRIES if len(self._rejected) < self._most_groups[1] else _FEW_ENTRIES
            group = self._rejected.setdefault(stop, BlockedGroup(stop.text, most))
        return group

    def _silent_group(self, result: Result) -> BlockedGroup:
        while True:
            key = self._key(result)
            group = self._silent.get(key)
            if group is not None:
                return group
            if len(self._silent) < self._most_groups[self._level]:
                group = self._silent[key] = self._new_group(result)
                return group
            if self._level == len(self._most_groups) - 1:
                return self._crowd
            self._widen()

    def _key(self, result: Result) -> _Key:
        if self._level == 0:
            return result.address, result.port
        return result.address if self._level == 1 else network_key(result.place)

    def _new_group(self, result: Result) -> BlockedGroup:
        if self._level == 0:
            return BlockedGroup(target_key(result), _ENTRIES)
        if self._level == 1:
            return BlockedGroup(result.address, _ENTRIES)
        _, link, interface = result.address.partition("%")
        return BlockedGroup(network_name(result.place) + link + interface, _FEW_ENTRIES)

    def _widen(self) -> None:
        """From targets to hosts, from hosts to networks."""
        self._level += 1
        groups, self._silent = self._silent, {}
        for group in groups.values():
            first = group.sample[0]
            key = self._key(first)
            wide = self._silent.get(key) or self._silent.setdefault(key, self._new_group(first))
            wide.merge(group)

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

    def stops(self, traces: Traces) -> Stops:
        """`traces` by address and port, of `to_trace`'s endpoints."""
        hops = places(traces.values())
        found: dict[StoppingPoint, StoppedGroup] = {}
        single: dict[str, StoppingPoint] = {}  # targets that stop elsewhere than the rest of their group
        for stop, group in self._rejected.items():
            stop = stop._replace(hop=hops.get(stop.address))
            _at(found, stop).take(group, traced=len(group.traced(traces)))
        for group in self._silent.values():
            ends = [(target, traced_to(trace, hops)) for target, trace in group.traced(traces)]
            stops = {stop for _, stop in ends}
            if len(stops) == 1 and (self._level == 0 or next(iter(stops)).state is State.TIMEOUT):
                _at(found, stops.pop()).take(group, traced=len(ends))
                continue
            for target, stop in ends:
                _at(found, stop).take_one(target)
                single[target_key(target.result)] = stop
            _at(found, SILENT).take(group, traced=0, without=[target for target, _ in ends])
        _at(found, SILENT).take(self._crowd, traced=0)
        return _in_order(found, single)


def _in_order(found: dict[StoppingPoint, StoppedGroup], single: dict[str, StoppingPoint]) -> Stops:
    order = sorted(
        (stop for stop, group in found.items() if group.targets),
        key=lambda stop: (not found[stop].is_unmet, -found[stop].targets, stop.hop or 0, stop.address, stop.reason),
    )
    keys = {stop: _letters(number) for number, stop in enumerate(order)}
    by_row = {row_key: keys[stop] for stop in order for row_key in found[stop].row_keys}
    by_row |= {row_key: keys[stop] for row_key, stop in single.items()}
    return Stops([found[stop].as_dict(keys[stop], stop) for stop in order], by_row)


def _letters(number: int) -> str:
    """A, B, ..., Z, AA, AB, ..."""
    more, last = divmod(number, 26)
    return (_letters(more - 1) if more else "") + chr(ord("A") + last)


def endpoint_of(result: Result) -> Endpoint:
    """The result's target, to be asked once more."""
    return Endpoint(result.place, result.port, (Request(result.host),))


def _by_size(groups: dict[_GroupKey, BlockedGroup]) -> list[tuple[_GroupKey, BlockedGroup]]:
    return sorted(groups.items(), key=lambda item: -item[1].count)


def _at(found: dict[StoppingPoint, StoppedGroup], stop: StoppingPoint) -> StoppedGroup:
    return found.get(stop) or found.setdefault(stop, StoppedGroup())
