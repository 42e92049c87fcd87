"""Blocked targets together: what is counted, a sample spread over all of them, and what their rows carry."""

from scanner.model import End, Place, Request, Result, State, Trace
from scanner.tracing.blocked_group import FEW_TRACES, BlockedGroup, StoppedGroup
from scanner.tracing.stopping_point import SILENT


def silent(port: int, *, met: bool | None = None) -> Result:
    return Result(Place("10.0.0.1", 2), port, Request(), State.TIMEOUT, "no-response", met=met)


def group(*results: Result, row_key: str = "10.0.0.1") -> BlockedGroup:
    found = BlockedGroup(row_key, 8)
    for result in results:
        found.add(result)
    return found


_SILENT = End(State.TIMEOUT, "no-response", "", 0)


def trace(port: int, end: End = _SILENT) -> Trace:
    return Trace("10.0.0.1", "10.0.0.1", port, (), end)


def test_the_sample_is_spread_over_all() -> None:
    results = [silent(port, met=port % 2 == 0) for port in range(1, 10_001)]
    found = group(*results)
    assert (found.count, found.unmet, len(found.sample)) == (10_000, 5000, FEW_TRACES)
    assert max(result.port for result in found.sample) > 5000
    assert {result.group for result in results} == {"10.0.0.1"}


def test_merged_it_knows_both_keys() -> None:
    one, other = group(silent(1, met=False)), group(silent(2), row_key="10.0.0.1:2")
    one.merge(other)
    assert (one.count, one.unmet, one.row_keys) == (2, 1, ["10.0.0.1", "10.0.0.1:2"])
    assert [result.port for result in one.sample] == [1, 2]


def test_only_traces_that_tell_something_and_each_once() -> None:
    found = group(silent(1), silent(1), silent(2), silent(3))
    cut, lost = trace(2, End(None, "", "", 1)), trace(3, End(State.TIMEOUT, "no-response", "", None))
    traces = {("10.0.0.1", each.port): each for each in (trace(1), cut, lost)}
    assert [result.port for result, _ in found.traced(traces)] == [1]


def test_all_that_stop_at_one_place() -> None:
    whole = group(*(silent(port, met=port > 3) for port in range(1, 6)))
    rest, odd = StoppedGroup(), StoppedGroup()
    odd.take_one(whole.sample[0])
    rest.take(whole, traced=0, without=[whole.sample[0]])
    told = [each.as_dict(key, SILENT) for key, each in (("A", rest), ("B", odd))]
    assert [(one["targets"], one["unmet"], one["traced"]) for one in told] == [(4, 2, 0), (1, 1, 1)]
    assert told[1]["entries"] == ["10.0.0.1:1"]
    assert (rest.row_keys, odd.row_keys) == (["10.0.0.1"], ["10.0.0.1:1"])
    assert rest.is_unmet
    assert (told[0]["at"], told[0]["address"], told[0]["hop"]) == (None, None, None)
