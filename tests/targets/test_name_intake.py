"""What the resolver tells, taken into the scan: addresses go out, names that lead nowhere are rows."""

from scanner.model import State
from scanner.targets.grammar.addresses import V4
from scanner.targets.names.name_intake import NameIntake
from scanner.targets.names.pending_name import Outcome
from scanner.targets.space.arrivals import Arrivals
from scanner.targets.space.probed_before import ProbedBefore
from scanner.targets.space.space_walk import SpaceWalk
from tests.targets.made import built, entry, excluder
from tests.targets.test_feed import EVERYWHERE, Script, keys


def intake(script: Script, hosts: str, ports: str = "1,2") -> tuple[NameIntake, Arrivals]:
    made = built([entry(hosts, ports)])
    arrivals = Arrivals(SpaceWalk(made.space), excluder(), 0, EVERYWHERE, ProbedBefore())
    return NameIntake(made.names, arrivals, script, lambda: 1.5), arrivals


def test_all_names_are_handed_over_once_as_they_were_written() -> None:
    script = Script()
    some, _ = intake(script, "Web db")
    assert (some.unresolved, some.row_count, some.busy) == (2, 4, True)
    some.hear()
    some.hear()
    assert script.asked == ["Web", "db"]


def test_addresses_go_out_and_are_counted() -> None:
    script = Script()
    some, arrivals = intake(script, "web db")
    script.answer("web", "10.0.0.1", "10.0.0.2")
    script.answer("db", reason="dns-failed")
    some.hear()
    assert keys(arrivals.lanes.take(9)) == ["10.0.0.1:1", "10.0.0.2:1", "10.0.0.1:2", "10.0.0.2:2"]
    assert (some.unresolved, some.row_count, some.busy) == (0, 6, False)
    assert some.has_rows
    rows = some.rows(1) + some.rows(9)
    assert [(row.port, row.state, row.reason, row.time[:19]) for row in rows] == [
        (1, State.ERROR, "dns-failed", "1970-01-01T00:00:01"), (2, State.ERROR, "dns-failed", "1970-01-01T00:00:01"),
    ]  # fmt: skip
    assert {row.place.ports for row in rows} == {2}, "who gathers them knows when they are whole"
    assert some.rows(9) == []
    assert not some.has_rows


def test_nobody_waits_for_a_family_that_is_still_to_come() -> None:
    script = Script()
    some, _ = intake(script, "web")
    script.answer("web", "10.0.0.1", more=True)
    some.do_without()  # nothing is out yet: so it waits
    some.hear()
    assert (some.unresolved, some.half_resolved) == (1, True)
    some.do_without()
    assert (some.unresolved, some.half_resolved) == (0, False)
    assert [line.partition(",")[0] for line in some.warnings] == ["the AAAA of 1 name was not answered"]


def test_what_the_resolver_warns_of_is_told_once() -> None:
    script = Script()
    some, _ = intake(script, "web db")
    script.warnings.append("short of files")
    some.hear()
    some.hear()
    assert some.warnings == ["short of files"]


def test_an_outcome_is_that_of_its_name_whatever_its_case() -> None:
    script = Script()
    some, arrivals = intake(script, "Web", "1")
    script.answer("Web", "10.0.0.1")
    some.hear()
    (endpoint,) = arrivals.lanes.take(9)
    assert (endpoint.place.family, endpoint.requests[0].host) == (V4, "Web")
    assert Outcome("Web", []).reason == ""
