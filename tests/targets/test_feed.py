"""The feed: literal targets at once, names as they resolve, every endpoint once, every row once."""

import socket
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Endpoint, Result, State
from scanner.targets.entry import Entry, Settings
from scanner.targets.feed import Feed
from scanner.targets.grammar.addresses import V4, V6, v4_number, v6_number
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.names.lookup import Address
from scanner.targets.names.pending_name import Outcome
from scanner.targets.names.resolve import Resolver
from scanner.targets.space.discovery_lanes import Discovery
from scanner.targets.space.done_targets import DoneTargets
from scanner.targets.space.probed_before import ProbedBefore
from scanner.words.builtin_values import SWEEP
from tests.targets.made import built, entry, excluder

EVERYWHERE = lambda family, numeric, scope: True  # noqa: E731


def address(text: str) -> Address:
    number = v4_number(text)
    return (V4, number, 0) if number is not None else (V6, v6_number(text) or 0, 0)


class Script(Resolver):
    """A resolver that answers when the test says so: `answer("name", "10.0.0.1")`, `answer("name", reason="...")`."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._ready: list[Outcome] = []

    def submit(self, names: Iterable[str]) -> None:
        self.asked += names

    def answer(self, name: str, *addresses: str, reason: str = "", more: bool = False, missed: int = 0) -> None:
        self._ready.append(Outcome(name, [address(each) for each in addresses], reason, more=more, missed=missed))

    def collect(self) -> list[Outcome]:
        ready, self._ready = self._ready, []
        return ready


def feed_of(
    entries: Iterable[Entry],
    *excludes: str,
    script: Script | None = None,
    said: Settings | None = None,
    routed: Callable[[int, str, int], bool] = EVERYWHERE,
    before: ProbedBefore | None = None,
    discovery: Discovery | None = None,
    done: DoneTargets | None = None,
    seed: int | None = None,
) -> Feed:
    said = said or Settings()
    made = built(entries, *excludes, settings=said)
    rules, script = excluder(*excludes), script or Script()
    return Feed(
        made, rules, said, resolver=script, routed=routed, wall=lambda: 1.5, probed_before=before, discovery=discovery,
        done=done, seed=seed,
    )  # fmt: skip


def keys(endpoints: Iterable[Endpoint]) -> list[str]:
    return [f"{each.place.address}:{each.port}" for each in endpoints]


def verdicts(endpoints: Iterable[Endpoint], state: State = State.REFUSED) -> list[Result]:
    return [
        Result(each.place, each.port, request, state, "conn-refused", attempts=2, time="then", rtt_ms=1.25)
        for each in endpoints
        for request in each.requests
    ]


def lines(rows: Iterable[Result]) -> list[str]:
    return [f"{row.host} {row.address}:{row.port} {row.state} {row.reason}" for row in rows]


def test_without_names_it_is_the_space() -> None:
    feed = feed_of([entry("10.0.0.0/30", "1,2")])
    assert (feed.pending, feed.exhausted, feed.total) == (False, False, 8)
    out = feed.take(5) + feed.take(5)
    assert len(set(keys(out))) == 8
    assert feed.exhausted
    assert feed.take(5) == []
    assert feed.rows() == []


def test_addresses_leave_while_names_resolve() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1 Slow.example", "1,2")], script=script)
    assert keys(feed.take(9)) == ["10.0.0.1:1", "10.0.0.1:2"]
    assert script.asked == ["Slow.example"]
    assert (feed.pending, feed.exhausted, feed.total) == (True, False, 4)
    assert feed.take(9) == []
    script.answer("Slow.example", "10.0.0.7", "2001:db8::1")
    out = feed.take(9)
    assert keys(out) == ["10.0.0.7:1", "2001:db8::1:1", "10.0.0.7:2", "2001:db8::1:2"]
    assert {request.host for each in out for request in each.requests} == {"Slow.example"}
    assert {(each.place.family, each.place.ports) for each in out} == {(V4, 2), (V6, 2)}
    assert (feed.pending, feed.exhausted, feed.total) == (False, True, 6)


def test_hosts_are_the_addresses_known_so_far_each_once() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1 10.0.0.2 Slow.example", "1,2")], script=script)
    feed.take(9)
    assert feed.hosts == 2
    script.answer("Slow.example", "10.0.0.7", "2001:db8::1", "10.0.0.1")
    feed.take(9)
    assert feed.hosts == 4


@pytest.mark.parametrize(("ports", "hosts"), [("1", 1 << 18), ("1,2", 0)])
def test_hosts_are_counted_where_each_is_one_place_for_all_its_ports(ports: str, hosts: int) -> None:
    assert feed_of([entry("10.0.0.0/14", ports)]).hosts == hosts


@pytest.mark.parametrize("reason", ["no-address", "dns-failed", "dns-timeout"])
def test_a_name_without_address_is_a_row_for_each_target(reason: str) -> None:
    script = Script()
    feed = feed_of([entry("gone", "1,2", expect="any"), entry("GONE", "2", name="x")], script=script)
    feed.take(1)
    script.answer("gone", reason=reason)
    assert feed.take(9) == []
    assert not feed.exhausted
    rows = feed.rows()
    assert lines(rows) == [f"gone :1 error {reason}", f"gone :2 error {reason}", f"GONE :2 error {reason}"]
    assert {(row.attempts, row.address, row.time) for row in rows} == {(0, "", "1970-01-01T00:00:01.500Z")}
    assert (feed.exhausted, feed.total, feed.rows()) == (True, 3, [])


UNSPECIFIED = ["0.0.0.0", "0.1.2.3", "::"]


@pytest.mark.parametrize("led", [["0.0.0.0"], ["0.1.2.3"], ["::"], UNSPECIFIED])
def test_a_name_that_leads_to_an_unspecified_address_is_never_probed(led: list[str]) -> None:
    """One row for each target that asks for it, however many such addresses there are, and no route is asked for."""
    script = Script()
    routes: list[str] = []

    def routed(_: int, numeric: str, scope: int) -> bool:
        routes.append(numeric)
        return True

    feed = feed_of([entry("ads", "1,2", expect="any"), entry("ADS", "2")], script=script, routed=routed)
    feed.take(1)
    script.answer("ads", *led)
    assert feed.take(9) == []
    reason = "unspecified-address"
    rows = feed.rows()
    assert lines(rows) == [f"ads :1 error {reason}", f"ads :2 error {reason}", f"ADS :2 error {reason}"]
    assert (feed.exhausted, feed.total, feed.rows(), routes) == (True, 3, [], [])


@pytest.mark.parametrize("good", [["10.0.0.7"], ["2001:db8::1"], ["10.0.0.7", "2001:db8::1"]])
def test_beside_other_addresses_it_is_a_row_more(good: list[str]) -> None:
    script = Script()
    feed = feed_of([entry("half", "1")], script=script)
    feed.take(1)
    script.answer("half", "0.0.0.0", *good, "::")
    assert keys(feed.take(9)) == [f"{each}:1" for each in good]
    assert lines(feed.rows()) == ["half :1 error unspecified-address"]
    assert (feed.total, feed.exhausted) == (len(good) + 1, True)


@pytest.mark.parametrize(("family", "reason"), [(4, "unspecified-address"), (6, "no-address")])
def test_only_those_of_the_wanted_family_count(family: int, reason: str) -> None:
    script = Script()
    feed = feed_of([entry("ads", "1")], script=script, said=Settings(family=family))
    feed.take(1)
    script.answer("ads", "0.0.0.0")
    assert feed.take(9) == []
    assert lines(feed.rows()) == [f"ads :1 error {reason}"]


def test_a_family_without_a_route_is_left_out_all_the_same() -> None:
    """`::` says nothing about IPv6 routes, and is none of the addresses that are left out for want of one."""
    script = Script()
    feed = feed_of([entry("half", "1")], script=script, routed=lambda family, numeric, scope: family == V4)
    feed.take(1)
    script.answer("half", "::", "2001:db8::1", "10.0.0.7")
    assert keys(feed.take(9)) == ["10.0.0.7:1"]
    assert lines(feed.rows()) == ["half :1 error unspecified-address"]
    assert feed.warnings == ["1 resolved IPv6 address was left out: this host has no IPv6 route there (-6 insists)"]


def test_excludes_hold_there_too() -> None:
    script = Script()
    feed = feed_of([entry("a b", "25,80"), entry("c", "80")], "0.0.0.0/8:80", "::", script=script)
    feed.take(1)
    script.answer("a", "0.0.0.0", "::")
    script.answer("b", "::", "10.0.0.1")
    script.answer("c", "0.0.0.0", "::")
    assert keys(feed.take(9)) == ["10.0.0.1:25", "10.0.0.1:80"]
    assert lines(feed.rows()) == ["a :25 error unspecified-address"]
    assert (feed.total, feed.exhausted) == (3, True)
    assert feed.warnings == ["3 resolved addresses were left out: excluded"]


def test_many_error_rows_come_in_portions() -> None:
    script = Script()
    feed = feed_of([entry("gone", "-")], script=script)
    feed.take(1)
    script.answer("gone", reason="no-address")
    feed.take(1)
    portions = []
    while not feed.exhausted:
        portions.append(len(feed.rows()))
    assert sum(portions) == feed.total == 65535
    assert max(portions) <= 10_000


def test_a_name_joins_an_endpoint_that_has_not_left() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1", "1,2,3"), entry("web", "2,9")], script=script)
    assert keys(feed.take(1)) == ["10.0.0.1:1"]
    script.answer("web", "10.0.0.1")
    out = feed.take(9)
    assert sorted(keys(out)) == ["10.0.0.1:2", "10.0.0.1:3", "10.0.0.1:9"]
    assert {each.port: [r.host for r in each.requests] for each in out} == {2: ["", "web"], 3: [""], 9: ["web"]}
    assert len({id(each.place) for each in out}) == 1
    assert out[0].place.ports == 4
    assert feed.total == 5


def test_a_name_that_comes_after_the_verdict_gets_a_copy_of_it() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1", "1"), entry("web", "1", expect="refused", tags=("t",))], script=script)
    feed.remember(verdicts(feed.take(9)))
    script.answer("web", "10.0.0.1")
    assert feed.take(9) == []
    assert not feed.exhausted  # the row is still here
    (row,) = feed.rows()
    assert lines([row]) == ["web 10.0.0.1:1 refused conn-refused"]
    assert (row.attempts, row.rtt_ms, row.time, row.expect, row.tags) == (2, 1.25, "then", "refused", ("t",))
    assert (feed.exhausted, feed.total) == (True, 2)


def test_a_name_that_comes_while_the_probe_is_in_flight_waits_for_its_verdict() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1", "1"), entry("web", "1")], script=script)
    probing = feed.take(9)
    script.answer("web", "10.0.0.1")
    assert feed.take(9) == []
    assert (feed.rows(), feed.pending, feed.exhausted) == ([], True, False)
    feed.remember(verdicts(probing))
    assert lines(feed.rows()) == ["web 10.0.0.1:1 refused conn-refused"]
    assert (feed.pending, feed.exhausted) == (False, True)


def test_two_names_for_one_address() -> None:
    script = Script()
    feed = feed_of([entry("a", "1,2,3"), entry("b", "3,1,4")], script=script)
    feed.take(1)
    script.answer("a", "10.0.0.1")
    first = feed.take(1)
    assert keys(first) == ["10.0.0.1:1"]
    script.answer("b", "10.0.0.1")
    rest = feed.take(9)
    assert {each.port: [r.host for r in each.requests] for each in rest} == {2: ["a"], 3: ["a", "b"], 4: ["b"]}
    feed.remember(verdicts(first))
    assert lines(feed.rows()) == ["b 10.0.0.1:1 refused conn-refused"]
    assert (feed.exhausted, feed.total) == (True, 6)


def test_addresses_of_one_name_do_not_share_what_another_name_adds() -> None:
    """Two addresses have the same port list from one name; a second name leads to one of them only."""
    script = Script()
    feed = feed_of([entry("a", "1,2"), entry("A", "2"), entry("b", "2,3")], script=script)
    feed.take(1)
    script.answer("a", "10.0.0.1", "10.0.0.2")
    script.answer("b", "10.0.0.1")
    out = {key: [r.host for r in each.requests] for each in feed.take(9) for key in keys([each])}
    assert out == {
        "10.0.0.1:1": ["a"], "10.0.0.2:1": ["a"], "10.0.0.1:2": ["a", "A", "b"], "10.0.0.2:2": ["a", "A"],
        "10.0.0.1:3": ["b"],
    }  # fmt: skip


def test_a_forgotten_verdict_is_probed_again() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1-9", "1"), entry("web late", "1")], script=script, before=ProbedBefore(half=2))
    for _ in range(9):
        feed.remember(verdicts(feed.take(1)))
    script.answer("web", "10.0.0.1", "10.0.0.9")
    again = feed.take(9)
    assert keys(again) == ["10.0.0.1:1"]
    assert lines(feed.rows()) == ["web 10.0.0.9:1 refused conn-refused"]
    assert feed.pending


def test_excludes_hold_for_resolved_addresses() -> None:
    script = Script()
    feed = feed_of([entry("a b", "25,80")], "10.0.0.0/30", "10.0.1.1:80", "*:25", script=script)
    feed.take(1)
    script.answer("a", "10.0.0.1", "10.0.1.1", "10.0.2.1")
    script.answer("b", "10.0.0.2")
    assert keys(feed.take(9)) == ["10.0.2.1:80"]
    assert feed.rows() == []
    assert (feed.exhausted, feed.total) == (True, 1)
    assert feed.warnings == ["2 resolved addresses were left out: excluded"]


def test_families_without_a_route_are_left_out_with_one_warning() -> None:
    script = Script()
    feed = feed_of([entry("a b c")], script=script, routed=lambda family, numeric, scope: family == V4)
    feed.take(1)
    script.answer("a", "2001:db8::1", "10.0.0.1")
    script.answer("b", "2001:db8::2", "10.0.0.2")
    assert keys(feed.take(9)) == ["10.0.0.1:80", "10.0.0.2:80"]
    script.answer("c", "2001:db8::3")
    assert keys(feed.take(9)) == ["2001:db8::3:80"]  # its only address: the user shall see why it fails
    (warning,) = feed.warnings
    assert "2 resolved IPv6 addresses" in warning
    assert "-6" in warning


def test_routes_are_a_matter_of_families() -> None:
    """One address without a route does not hide, as long as another of its family has one; nor if none has any."""
    script = Script()
    feed = feed_of([entry("a b")], script=script, routed=lambda family, numeric, scope: numeric == "10.0.0.2")
    feed.take(1)
    script.answer("a", "10.0.0.1", "10.0.0.2", "2001:db8::1")
    script.answer("b", "10.9.0.1", "2001:db8::2")
    assert keys(feed.take(9)) == ["10.0.0.1:80", "10.0.0.2:80", "10.9.0.1:80", "2001:db8::2:80"]


@pytest.mark.parametrize(("family", "left"), [(4, "10.0.0.1:80"), (6, "2001:db8::1:80")])
def test_insisting_on_a_family(family: int, left: str) -> None:
    script = Script()
    said = Settings(family=family)
    feed = feed_of([entry("a b"), entry("10.0.0.9 ::9")], script=script, said=said, routed=lambda *_: family == 0)
    literal = keys(feed.take(9))
    script.answer("a", "2001:db8::1", "10.0.0.1")
    script.answer("b", "::5" if family == 4 else "10.0.0.5")
    assert literal == ["10.0.0.9:80" if family == 4 else "::9:80"]
    assert keys(feed.take(9)) == [left]
    assert lines(feed.rows()) == ["b :80 error no-address"]
    (warning,) = feed.warnings
    assert warning.startswith("1 numeric host was left out")


def test_one_family_goes_out_before_the_other_is_told() -> None:
    script = Script()
    feed = feed_of([entry("a", "1,2")], script=script)
    feed.take(1)
    script.answer("a", "10.0.0.1", more=True)
    assert keys(feed.take(9)) == ["10.0.0.1:1", "10.0.0.1:2"]
    assert (feed.pending, feed.exhausted, feed.total) == (True, False, 2)
    script.answer("a", "2001:db8::1", "10.0.0.1")  # the other family's answer may name an IPv4 address in its clothes
    assert keys(feed.take(9)) == ["2001:db8::1:1", "2001:db8::1:2"]
    assert (feed.pending, feed.exhausted, feed.total, feed.warnings) == (False, True, 4, [])


@pytest.mark.parametrize(("missed", "record", "other"), [(6, "AAAA", "-4"), (4, "A", "-6")])
def test_a_family_that_is_not_answered_for_is_one_warning_and_no_row(missed: int, record: str, other: str) -> None:
    script = Script()
    feed = feed_of([entry("a b c")], script=script)
    feed.take(1)
    for number, name in enumerate("ab", 1):
        script.answer(name, f"10.0.0.{number}", more=True)
        script.answer(name, missed=missed)
    script.answer("c", "10.0.0.3", more=True)
    script.answer("c")
    assert keys(feed.take(9)) == ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]
    assert (feed.rows(), feed.pending, feed.total) == ([], False, 3)
    (warning,) = feed.warnings
    assert f"the {record} of 2 names was not answered" in warning
    assert other in warning


@pytest.mark.parametrize("first", ["10.0.0.1", "2001:db8::1"])
def test_a_family_without_a_route_waits_for_the_other(first: str) -> None:
    """It is left out if the other has a route, in whatever order they are told; and goes out if that has none."""
    for routed_family in (V4, V6, 0):
        script = Script()
        feed = feed_of([entry("a")], script=script, routed=lambda family, *_, way=routed_family: family == way)
        feed.take(1)
        both = [first, "2001:db8::1" if first == "10.0.0.1" else "10.0.0.1"]
        script.answer("a", both[0], more=True)
        early = keys(feed.take(9))
        script.answer("a", both[1])
        wanted = [f"{each}:80" for each in both if not routed_family or address(each)[0] == routed_family]
        assert early == (wanted if address(first)[0] == routed_family else [])
        assert early + keys(feed.take(9)) == wanted
        assert len(feed.warnings) == bool(routed_family)
        assert (feed.exhausted, feed.total) == (True, len(wanted))


def test_a_family_without_a_route_goes_out_where_the_other_has_nothing() -> None:
    script = Script()
    feed = feed_of([entry("a")], script=script, routed=lambda *_: False)
    feed.take(1)
    script.answer("a", "2001:db8::1", more=True)
    assert feed.take(9) == []
    script.answer("a")
    assert keys(feed.take(9)) == ["2001:db8::1:80"]
    assert (feed.exhausted, feed.total, feed.rows()) == (True, 1, [])


@pytest.mark.parametrize(
    ("first", "second", "probed"),
    [
        (["0.0.0.0"], ["::"], []),
        (["0.0.0.0"], [], []),
        (["0.0.0.0"], ["2001:db8::1"], ["2001:db8::1:80"]),
        (["0.0.0.0", "10.0.0.1"], ["::"], ["10.0.0.1:80"]),
        (["10.0.0.1"], ["::"], ["10.0.0.1:80"]),
    ],
)
def test_unspecified_addresses_of_both_families_are_one_row(
    first: list[str], second: list[str], probed: list[str]
) -> None:
    script = Script()
    feed = feed_of([entry("ads")], script=script)
    feed.take(1)
    script.answer("ads", *first, more=True)
    out = feed.take(9)
    assert feed.rows() == []
    script.answer("ads", *second)
    assert keys(out + feed.take(9)) == probed
    assert lines(feed.rows()) == ["ads :80 error unspecified-address"]
    assert (feed.exhausted, feed.total) == (True, 1 + len(probed))


def test_descriptors_are_kept_while_names_are_looked_up() -> None:
    assert feed_of([entry("10.0.0.1")]).fit(1000) == 0
    feed = feed_of([entry("a b c")])
    assert feed.fit(1000) >= 6
    assert feed.resolving


def test_hosts_take_turns_whether_named_or_numeric() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1-8", "1-50"), entry("a b", "1-50")], script=script)
    feed.take(1)
    script.answer("a", "10.1.0.1")
    script.answer("b", "10.1.0.2")
    seen: dict[str, int] = {}
    for _ in range(40):
        for each in feed.take(5):
            seen[each.place.address] = seen.get(each.place.address, 0) + 1
    assert len(seen) == 10
    assert max(seen.values()) - min(seen.values()) <= 3


def test_one_at_a_time_starves_nobody() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1-3", "1-9"), entry("a", "1-9")], script=script)
    feed.take(1)
    script.answer("a", "10.1.0.1")
    first = [each.place.address for _ in range(12) for each in feed.take(1)]
    assert 2 <= first.count("10.1.0.1") <= 4


def test_requests_are_settled() -> None:
    script = Script()
    said = Settings(timeout=0.5, vantage="here", builtin=SWEEP)
    feed = feed_of([entry("a", addresses="one", retries=3)], script=script, said=said)
    feed.take(1)
    script.answer("a", "10.0.0.1")
    ((request,),) = [each.requests for each in feed.take(9)]
    assert (request.timeout, request.retries, request.expect) == (0.5, 3, "")
    assert (request.one, request.vantage) == (True, "here")


def test_with_the_real_resolver() -> None:
    feed = Feed(built([entry("localhost")]), excluder(), Settings())
    out: list[Endpoint] = []
    give_up = time.monotonic() + 10
    while not feed.exhausted and time.monotonic() < give_up:
        out += feed.take(9)
        time.sleep(0.001)
    assert feed.exhausted
    found = {each.place.address: each.place.family for each in out}
    families = {"127.0.0.1": int(socket.AF_INET), "::1": int(socket.AF_INET6)}
    assert found
    assert found.items() <= families.items()


def test_names_that_are_resolved_all_at_once_are_taken_in_by_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for endpoints, and looks for Ctrl-C in between, waits for some names, not for all of them."""
    monkeypatch.setattr("scanner.targets.names.name_intake._TARGETS_AT_ONCE", 4)
    script = Script()
    feed = feed_of([entry(f"n{number}", "1,2") for number in range(9)], script=script)
    assert feed.take(1) == []
    for number in range(9):
        if number % 3:
            script.answer(f"n{number}", f"10.0.0.{number}")
        else:
            script.answer(f"n{number}", reason="no-address")
    out, left = [], []
    while feed.pending:
        out += feed.take(100)
        left.append(feed.unresolved)
    out += feed.take(100)
    assert left == sorted(left, reverse=True)
    assert len(left) > 2
    assert len(set(keys(out))) == 12
    assert len(feed.rows()) == 6
    assert feed.exhausted
    assert feed.total == 18


NAMES = ("a", "b", "c", "d")
ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9"]
HOSTS = [*NAMES, *ADDRESSES, "10.0.0.1-3", "a b", "c 10.0.0.2 10.0.0.1-3", "B b"]


class World:
    """Plays the engine and the resolver to one feed, step by step, and keeps what came out."""

    def __init__(self, feed: Feed, script: Script, leads_to: dict[str, list[str]]) -> None:
        self.feed, self.script, self.leads_to = feed, script, leads_to
        self.told: set[str] = set()
        self.probed: list[str] = []
        self.rows: list[Result] = []
        self.flying: list[Endpoint] = []

    def step(self, what: str, n: int) -> None:
        waiting = [name for name in self.script.asked if name not in self.told]
        if what == "take":
            out = self.feed.take(n)
            assert len(out) <= n
            self.probed += keys(out)
            self.flying += out
        elif what == "settle" and self.flying:
            done = verdicts([self.flying.pop(n % len(self.flying))])
            if self.feed.pending:
                self.feed.remember(done)
            self.rows += done
        elif what == "answer" and waiting:
            name = waiting[n % len(waiting)]
            self.told.add(name)
            found = self.leads_to[name.lower()]
            self.script.answer(name, *found, reason="" if found else "no-address")
        self.rows += self.feed.rows()

    def finish(self) -> None:
        """Take, answer and settle in turn until nothing is left: a scan always ends."""
        for _ in range(100):
            if self.feed.exhausted and not self.flying:
                return
            for what in ("take", "answer", "settle", "settle"):
                self.step(what, 3)
        raise AssertionError("the feed is never exhausted")


@pytest.mark.parametrize("half", [100_000, 2])
@settings(deadline=None)
@given(
    asked=st.lists(st.tuples(st.sampled_from(HOSTS), st.sampled_from(["1", "1,2", "2,3,1", "1-5"])), max_size=6),
    leads_to=st.fixed_dictionaries({name: st.lists(st.sampled_from(ADDRESSES), unique=True) for name in NAMES}),
    excludes=st.lists(st.sampled_from(["10.0.0.2", "10.0.0.1:2", "*:3", "b", "c:1"]), max_size=2),
    steps=st.lists(st.tuples(st.sampled_from(["take", "settle", "answer"]), st.integers(1, 5)), max_size=40),
)
def test_any_order_of_events(
    half: int,
    asked: list[tuple[str, str]],
    leads_to: dict[str, list[str]],
    excludes: list[str],
    steps: list[tuple[str, int]],
) -> None:
    """However names, probes and verdicts interleave: each endpoint is probed once, each asked row comes once.

    `half` 2: verdicts are forgotten at once. Then an endpoint may be probed again, but no row is lost or doubled.
    """
    script = Script()
    feed = feed_of([entry(host, ports) for host, ports in asked], *excludes, script=script, before=ProbedBefore(half))
    world = World(feed, script, leads_to)
    for what, n in steps:
        world.step(what, n)
    world.finish()
    rows = [(row.request.order, row.host.lower(), row.address, row.port) for row in world.rows]
    assert sorted(rows) == sorted(wanted_rows(asked, leads_to, excludes))
    assert len(rows) == feed.total
    assert not feed.pending
    if half > 2:
        assert len(world.probed) == len(set(world.probed))


def wanted_rows(
    asked: list[tuple[str, str]], leads_to: dict[str, list[str]], excludes: list[str]
) -> set[tuple[int, str, str, int]]:
    """(entry, host, address, port) of every row, from each entry by itself: no joining, no order of events."""
    rules = excluder(*excludes)
    out = set()
    for order, (hosts, ports) in enumerate(asked):
        for host in hosts.lower().split():
            by_name = rules.at_name(host) if host in NAMES else frozenset()
            if by_name is None:
                continue
            for place in leads_to.get(host, [host] if host in ADDRESSES else ADDRESSES[:3]) or [""]:
                by_place = rules.at_address((V4, 0), v4_number(place) or 0) if place else frozenset()
                if by_place is not None:
                    left = set(parse_ports(ports)) - by_name - by_place - rules.everywhere
                    out |= {(order, host if host in NAMES else place, place, port) for port in left}
    return out


# Where hosts are asked first whether they are there

_FIRST = Discovery((80, 22), frozenset({80}))


def asking(hosts: str, script: Script, *excludes: str) -> Feed:
    return feed_of([entry(hosts, "80,22,1,2")], *excludes, script=script, discovery=_FIRST)


def test_a_name_is_asked_at_each_of_its_addresses() -> None:
    script = Script()
    feed = asking("web", script)
    assert feed.take(9) == []
    script.answer("web", "10.0.0.1", "10.0.0.2", "fd00::1")
    asked = feed.take(99)
    assert sorted(keys(asked)) == [
        "10.0.0.1:22",
        "10.0.0.1:80",
        "10.0.0.2:22",
        "10.0.0.2:80",
        "fd00::1:22",
        "fd00::1:80",
    ]
    hosts = {each.place.address: each.place for each in asked}
    assert feed.discovery is not None
    feed.discovery.sweep(hosts["10.0.0.2"])
    feed.discovery.pass_over(hosts["10.0.0.1"])
    assert not feed.exhausted
    rest = feed.take(99)
    assert keys(rest) == ["10.0.0.2:1", "10.0.0.2:2"]
    assert [each.requests[0].host for each in rest] == ["web"] * 2
    feed.discovery.pass_over(hosts["fd00::1"])
    assert list(feed.discovery.silent.ranges()) == ["10.0.0.1", "fd00::1"]
    assert feed.exhausted


def test_a_name_joins_a_host_that_lies_ahead_is_being_asked_or_is_swept() -> None:
    for taken in (0, 1, 2):
        script = Script()
        feed = asking("10.0.0.1 web", script)
        out = feed.take(taken)
        script.answer("web", "10.0.0.1")
        out += feed.take(9)
        assert feed.discovery is not None
        for row in verdicts(out):
            feed.remember([row])
        feed.discovery.sweep(out[0].place)
        out += feed.take(9)
        assert keys(out) == [f"10.0.0.1:{port}" for port in (80, 22, 1, 2)], "nothing is asked twice"
        copies = {(row.host, row.port) for row in feed.rows()}
        rows = {(request.host or each.place.address, each.port) for each in out for request in each.requests} | copies
        shown = {(host, port) for host, port in rows if port != 80}
        assert shown == {(host, port) for host in ("10.0.0.1", "web") for port in (22, 1, 2)}
        assert feed.exhausted


def test_a_name_that_comes_when_its_host_is_swept_finds_it_again() -> None:
    """Nothing is asked once more, least of all at ports without a row, and it stays one host."""
    script = Script()
    feed = asking("10.0.0.1 web", script)
    assert feed.discovery is not None
    out = feed.take(9)
    feed.remember(verdicts(out))
    feed.discovery.sweep(out[0].place)
    rest = feed.take(9)
    feed.remember(verdicts(rest))
    assert keys([*out, *rest]) == [f"10.0.0.1:{port}" for port in (80, 22, 1, 2)]
    script.answer("web", "10.0.0.1")
    assert feed.take(9) == []
    assert {(row.host, row.port) for row in feed.rows()} == {("web", port) for port in (22, 1, 2)}
    assert (feed.discovery.found, feed.exhausted) == (1, True)


def test_a_name_that_adds_a_port_to_a_host_that_is_swept_does_so_at_the_same_place() -> None:
    script = Script()
    feed = feed_of([entry("10.0.0.1", "80,22,1"), entry("web", "80,22,7")], script=script, discovery=_FIRST)
    assert feed.discovery is not None
    out = feed.take(9)
    feed.remember(verdicts(out))
    feed.discovery.sweep(out[0].place)
    rest = feed.take(9)
    feed.remember(verdicts(rest))
    script.answer("web", "10.0.0.1")
    (added,) = feed.take(9)
    assert (keys([added]), added.place is out[0].place) == (["10.0.0.1:7"], True)


def test_a_name_that_leads_to_a_host_that_was_passed_over_has_nothing_to_ask() -> None:
    script = Script()
    feed = asking("10.0.0.1 web", script)
    (one, _) = feed.take(9)
    assert feed.discovery is not None
    feed.discovery.pass_over(one.place)
    script.answer("web", "10.0.0.1")
    assert feed.take(9) == []
    assert feed.rows() == []
    assert feed.exhausted


def test_what_joined_a_host_is_passed_over_with_it() -> None:
    script = Script()
    feed = asking("10.0.0.1 web", script)
    (one, two) = feed.take(9)
    script.answer("web", "10.0.0.1")
    assert feed.take(9) == []
    feed.remember(verdicts([one, two], State.TIMEOUT))
    assert feed.discovery is not None
    feed.discovery.pass_over(one.place)
    assert feed.take(9) == []
    feed.rows()  # copies: the scan knows that their place was passed over
    assert feed.exhausted


def test_excludes_hold_for_what_is_asked_first_also_of_names() -> None:
    script = Script()
    feed = asking("10.0.0.1 web", script, "10.0.0.9:80", "*:22", "10.0.0.8")
    script.answer("web", "10.0.0.8", "10.0.0.9")
    feed.hear()
    assert keys(feed.take(9)) == ["10.0.0.1:80", "10.0.0.9:1", "10.0.0.9:2"]


def test_the_total_is_what_is_asked_first_and_the_rows_of_who_answered() -> None:
    feed = asking("10.0.0.1-10", Script())
    assert feed.total == 20
    out = feed.take(99)
    assert feed.discovery is not None
    feed.discovery.sweep(out[0].place)
    assert feed.total == 23, "port 80 has no row"


def test_a_name_that_leads_to_a_host_of_which_nothing_is_wanted_has_it_asked_nothing() -> None:
    """Excludes leave it a port without a row alone."""
    script = Script()
    feed = asking("10.0.0.1 web", script, "10.0.0.1:22,1,2")
    assert feed.take(9) == []
    script.answer("web", "10.0.0.1")
    assert feed.take(9) == []
    assert feed.exhausted
