"""Blocked targets together: what is counted, a sample spread over all of them, and what their rows carry."""

from scanner.model import End, Place, Request, Result, State, Trace
from scanner.tracing.blocked_group import FEW_TRACES, BlockedGroup, StoppedGroup, target_key
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
    assert [(target.result.port, target.count) for target, _ in found.traced(traces)] == [(1, 2)]


def test_a_target_of_the_sample_has_all_its_rows() -> None:
    """Also where the sample was full of others when it came, and in groups that are merged."""
    late, again = Request(name="late"), Request(name="late again")
    found, same, other = group(), group(), group(row_key="10.0.0.1:2")
    for part, ports in ((found, range(1, 301)), (same, range(300, 0, -1)), (other, range(301, 601))):
        for request, met in ((late, False), (again, None)):
            for port in ports:
                part.add(Result(Place("10.0.0.1", 2), port, request, State.TIMEOUT, "no-response", met=met))
    assert {row.port for row in found.sample} == {row.port for row in same.sample}, "whatever the order"
    found.merge(other)
    kept = [target for target, _ in found.traced({("10.0.0.1", port): trace(port) for port in range(1, 601)})]
    assert len(kept) == FEW_TRACES
    assert [(target.count, target.unmet) for target in kept] == [(2, 1)] * FEW_TRACES
    assert {str(target.entries.texts(9)) for target in kept} == {str((["late", "late again"], 0))}


def test_all_that_stop_at_one_place() -> None:
    whole = group(*(silent(port, met=port > 3) for port in range(1, 6)), silent(1, met=True))
    first = next(target for target, _ in whole.traced({("10.0.0.1", 1): trace(1)}))
    rest, odd = StoppedGroup(), StoppedGroup()
    odd.take_one(first)
    rest.take(whole, traced=0, without=[first])
    told = [each.as_dict(key, SILENT) for key, each in (("A", rest), ("B", odd))]
    assert [(one["targets"], one["unmet"], one["traced"]) for one in told] == [(4, 2, 0), (2, 1, 1)]
    assert [one["entries"] for one in told] == [["10.0.0.1:2-5"], ["10.0.0.1:1"]]
    assert (rest.row_keys, odd.row_keys) == (["10.0.0.1"], ["10.0.0.1:1"])
    assert rest.is_unmet
    assert (told[0]["at"], told[0]["address"], told[0]["hop"]) == (None, None, None)


def test_nothing_is_left_of_a_group_that_stops_elsewhere() -> None:
    whole = group(silent(1), silent(1))
    rest = StoppedGroup()
    rest.take(whole, traced=0, without=[target for target, _ in whole.traced({("10.0.0.1", 1): trace(1)})])
    assert (rest.targets, rest.row_keys, rest.as_dict("A", SILENT)["entries"]) == (0, [], [])


def test_a_target_is_written_apart_from_a_host() -> None:
    """`fd00::1:22` is a host."""
    assert target_key(Result(Place("fd00::1", 10), 22, Request(), State.TIMEOUT, "no-response")) == "[fd00::1]:22"
    assert target_key(silent(22)) == "10.0.0.1:22"
