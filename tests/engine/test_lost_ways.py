"""Ways that this host has lost: numbers in, who waits for what out; and scenarios with their exact outcomes."""

import errno
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from scanner.engine.flight import lost_ways
from scanner.engine.flight.lost_ways import Lost, Ways
from scanner.engine.flight.verdict import REFUSED
from scanner.engine.trial import Trial
from scanner.engine.truth.location import was_heard
from scanner.engine.truth.path import Path
from scanner.machine.kernel_routes import Way
from scanner.machine.route_table import RouteTable
from scanner.model import Endpoint, Note, Place, Request, Result, State
from tests.engine.fakes import (
    AF_INET,
    AF_INET6,
    START,
    Answer,
    FakeKernel,
    ListSource,
    Network,
    engine_for,
    finish,
    located,
)

HOST, OTHER, HOST6 = "10.0.0.1", "192.0.2.80", "fd00:10::1"
ROUTES = RouteTable(
    [
        Way(AF_INET, 10 << 24, 8, 0, gateway=True),
        Way(AF_INET6, 0xFD000010 << 96, 32, 0, gateway=True),
        Way(AF_INET6, 0xFD000031 << 96, 64, 0),
        Way(AF_INET6, 0xFD000077 << 96, 32, 0, local=True),
    ]
)


def place(address: str) -> Place:
    made = Place(address, AF_INET6 if ":" in address else AF_INET)
    made.note = Note()
    return made


def trial(address: str = HOST, port: int = 1) -> Trial:
    return Trial(Endpoint(place(address), port, (Request(),)), located(Path(1)))


def some_ways() -> Ways:
    return Ways(ROUTES, was_heard=was_heard, clock_time=lambda: "14:02:07")


def lost(ways: Ways, which: Trial, now: float, code: int = errno.ENETUNREACH) -> bool:
    return ways.awaits(which, Lost.ROUTE, now, code)


class TestRoutes:
    def test_one_that_never_was_is_final(self) -> None:
        ways = some_ways()
        assert not lost(ways, trial(OTHER), 0.0)
        assert ways.warnings == []

    def test_one_that_was_is_awaited_for_ten_seconds_with_one_warning(self) -> None:
        ways = some_ways()
        assert [lost(ways, trial(port=port), now) for port, now in enumerate((0.0, 5.0, 9.9, 10.0, 10.1))] == [
            True, True, True, False, False,
        ]  # fmt: skip
        assert ways.warnings == [
            "the route to 10.0.0.0/8 was lost at 14:02:07 (ENETUNREACH): waiting up to 10 s for it"
        ]

    def test_a_probe_that_left_before_proves_that_there_was_one(self) -> None:
        ways, first = some_ways(), trial(OTHER)
        first.endpoint.place.note.source = "192.0.2.2"
        assert lost(ways, first, 0.0)
        assert "the route to 192.0.2.0/24 was lost" in ways.warnings[0]

    def test_an_answer_of_its_network_proves_it_too(self) -> None:
        ways, neighbour = some_ways(), trial(OTHER)
        neighbour.endpoint.place.note = neighbour.location
        assert not lost(ways, neighbour, 0.0)
        neighbour.network.heard(0.0)
        assert lost(ways, neighbour, 0.0)

    @pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EINVAL])
    def test_what_is_forbidden_where_the_route_is_there_is_no_loss(self, code: int) -> None:
        assert not lost(some_ways(), trial(), 0.0, code)

    @pytest.mark.parametrize("code", [errno.EACCES, errno.EINVAL])
    @pytest.mark.parametrize("said", ["the same", None])
    def test_a_route_that_rejects_is_lost_where_one_was(self, code: int, said: str | None) -> None:
        ways = Ways(ROUTES, no_way=lambda place: code if said else None)
        assert lost(ways, trial(), 0.0, code)
        assert not lost(ways, trial(OTHER), 0.0, code), "it rejected from the first"
        assert not lost(ways, trial(), 0.0, errno.EPERM), "no route says that"

    def test_routes_that_are_not_shown_are_gone_with_those_who_left_by_them(self) -> None:
        gone = {"192.0.2.9"}
        ways = Ways(ROUTES, no_way=lambda place: errno.ENETUNREACH if place.numeric in gone else 0)
        ways.lately_left.append(place("198.51.100.1"))
        assert not lost(ways, trial(OTHER), 0.0), "whose way is not shown, but still there"
        ways.lately_left.append(place("192.0.2.9"))
        assert lost(ways, trial("203.0.113.1"), 0.0)
        assert not lost(ways, trial("2001:db8::1"), 0.0), "of the other family nobody left"
        shown = Ways(ROUTES, no_way=lambda place: errno.ENETUNREACH)
        shown.lately_left.append(place(HOST))
        assert not lost(shown, trial(OTHER), 0.0), "a loss of a route that is shown is that route's"

    def test_who_never_missed_the_way_does_not_bring_it_back(self) -> None:
        """A blackhole covers part of a route's addresses: probes to the others leave all the time."""
        ways, inside, outside = some_ways(), trial(), trial("10.200.0.1")
        lost(ways, inside, 0.0)
        ways.set_aside([inside], Lost.ROUTE, 0.0)
        outside.probes = (object(),)  # type: ignore[assignment]
        assert ways.departed([outside], 1.0) == []
        assert ways.alike([inside, outside], inside, Lost.ROUTE) == [inside]
        assert len(ways) == 1

    def test_who_leaves_ends_the_waiting_and_a_new_loss_is_a_new_one(self) -> None:
        ways, first, second = some_ways(), trial(), trial(port=2)
        assert lost(ways, first, 0.0)
        ways.set_aside([first, second], Lost.ROUTE, 0.0)
        assert (len(ways), ways.due(0.2), ways.delay(0.0)) == (2, [], 0.25)
        assert ways.due(0.25) == [first]
        first.probes = (object(),)  # type: ignore[assignment]
        assert ways.departed([first], 1.0) == [second]
        assert (len(ways), ways.any_missing) == (0, False)
        assert lost(ways, second, 100.0)

    def test_one_that_misses_it_when_somebody_left_in_the_same_breath_waits_anew(self) -> None:
        ways, first, second = some_ways(), trial(), trial(port=2)
        assert lost(ways, first, 0.0)
        ways.set_aside([first], Lost.ROUTE, 0.0)
        assert ways.due(0.25) == [first]
        first.probes = (object(),)  # type: ignore[assignment]
        assert lost(ways, second, 9.9)
        assert ways.departed([first], 9.9) == []
        ways.set_aside([second], Lost.ROUTE, 9.9)
        assert (ways.due(10.2), lost(ways, second, 10.2)) == ([second], True)

    def test_all_come_back_when_the_time_is_over(self) -> None:
        ways, trials = some_ways(), [trial(port=port) for port in range(5)]
        lost(ways, trials[0], 0.0)
        ways.set_aside(trials, Lost.ROUTE, 0.0)
        assert len(ways.due(9.9)) == 1
        assert len(ways.due(10.2)) == 4
        trials[0].verdict = REFUSED._replace(state=State.ERROR)
        lost(ways, trials[0], 10.2)
        assert ways.departed([trials[0]], 10.2) == []
        assert ways.any_missing, "that was the end of it, not its return"

    def test_one_that_came_back_unseen_is_awaited_anew(self) -> None:
        """One port per host: none of those that waited leaves again. The kernel is asked, once a second."""
        asked = []

        def no_way(at: Place) -> int:
            asked.append(at.numeric)
            return errno.ENETUNREACH if len(asked) < 3 else 0

        ways, first, other = Ways(ROUTES, no_way=no_way), trial(), trial("10.9.9.9")
        lost(ways, first, 0.0)
        ways.set_aside([first], Lost.ROUTE, 0.0)
        ways.due(10.1)
        assert not lost(ways, first, 10.1)
        for now in (10.2, 10.4, 11.3, 11.5, 12.4):
            assert ways.any_missing
            assert ways.departed([], now) == []
        assert (asked, ways.any_missing) == ([HOST] * 3, False)
        assert lost(ways, other, 14.0), "lost once more"

    def test_what_meets_something_else_at_once_has_its_way_back(self) -> None:
        ways, first, second = some_ways(), trial(), trial(port=2)
        lost(ways, first, 0.0)
        ways.set_aside([first, second], Lost.ROUTE, 0.0)
        assert ways.due(0.25) == [first]
        first.verdict = REFUSED
        assert ways.departed([first], 1.0) == [second]

    def test_each_way_is_its_own(self) -> None:
        ways, four, six = some_ways(), trial(), trial(HOST6)
        lost(ways, four, 0.0)
        lost(ways, six, 0.0)
        ways.set_aside([four], Lost.ROUTE, 0.0)
        ways.set_aside([six], Lost.ROUTE, 0.0)
        assert ways.alike([four, six, trial("10.9.9.9")], four, Lost.ROUTE) == [four]
        assert ways.due(1.0) == [four, six]

    def test_many_are_not_many_warnings(self) -> None:
        ways = Ways()
        for last in range(100):
            each = trial(f"192.0.{last}.1")
            each.endpoint.place.note.source = "192.0.2.2"
            lost(ways, each, 0.0)
        assert len(ways.warnings) == 3


class TestAddresses:
    @pytest.mark.parametrize(
        ("source", "target", "homeless"),
        [
            ("0.0.0.0", HOST, True),
            ("127.0.0.1", HOST, True),
            ("::1", HOST6, True),
            ("::", HOST6, True),
            ("127.0.0.1", "127.0.0.5", False),
            ("::1", "::1", False),
            ("::1", "fd00:77::5", False),  # a whole network that is delivered to this host
            ("172.31.0.1", HOST, False),
            ("fe80::1", HOST6, False),
            ("fd00:31::1", HOST6, False),
            ("", HOST, False),
        ],
    )
    def test_a_source_that_nobody_can_answer(self, source: str, target: str, homeless: bool) -> None:
        assert some_ways().homeless(source, place(target)) is homeless

    @pytest.mark.parametrize(("target", "homeless"), [(HOST6, True), ("fd00:31::2", False), ("fe80::2", False)])
    def test_silence_towards_a_link_local_one_says_nothing_of_what_is_behind_a_router(
        self, target: str, homeless: bool
    ) -> None:
        assert some_ways().homeless("fe80::1", place(target), silent=True) is homeless


def count(rows: list[Result]) -> Counter[tuple[str, str, int, str]]:
    return Counter((row.state.value, row.reason, row.attempts, row.source) for row in rows)


def between(first: float, last: float, code: int) -> Callable[[tuple[Any, ...], float], int]:
    """What connect() says for 10.0.0.0/8 during that time."""
    return lambda address, now: code if address[0].startswith("10.") and first <= now - START < last else 0


refusing: Network = lambda host, port, attempt, now: Answer(0.001, "rst")  # noqa: E731


def in_between(now: float) -> bool:
    return 0.2 <= now - START < 2.0


class TestScans:
    """One host and 500 ports at 500 a second, and another host alongside."""

    def scan(self, *, retries: int = 1, **options: Any) -> tuple[list[tuple[float, Result]], list[str], FakeKernel]:
        kernel = FakeKernel(refusing, **options)
        source = ListSource([HOST, OTHER], range(1, 501), retries=retries)
        engine, _ = engine_for(kernel, source, rate=1000.0, ways=some_ways())
        return finish(kernel, engine), engine.warnings, kernel

    @pytest.mark.parametrize("retries", [0, 1])
    @pytest.mark.parametrize("code", [errno.ENETUNREACH, errno.ENETDOWN])
    def test_a_route_that_comes_back_costs_a_warning_and_its_time(self, retries: int, code: int) -> None:
        rows, warnings, kernel = self.scan(fails=between(0.2, 1.7, code), retries=retries)
        assert count([row for _, row in rows]) == {("refused", "conn-refused", 1, "192.0.2.2"): 1000}
        assert all(not row.doubt for _, row in rows)
        assert len(warnings) == 1
        assert warnings[0].startswith("the route to 10.0.0.0/8 was lost")
        tried = kernel.connects - len(kernel.sent) - 1000  # each refused one is recycled by one more connect()
        assert tried < 50, "it is tried by one, not by all"

    @pytest.mark.parametrize("code", [errno.EACCES, errno.EINVAL])
    def test_a_kill_switch_is_awaited_and_a_firewall_is_not(self, code: int) -> None:
        """Both say the same, but with the firewall the kernel still knows a route."""
        states = {}
        for said in (code, 0):
            kernel = FakeKernel(refusing, fails=between(0.2, 1.7, code))
            ways = Ways(ROUTES, no_way=lambda place, said=said: said)  # type: ignore[misc]
            engine, _ = engine_for(kernel, ListSource([HOST], range(1, 501)), rate=500.0, ways=ways)
            states[said] = {(row.state.value, row.reason) for _, row in finish(kernel, engine)}
            assert len(engine.warnings) == bool(said)
        assert states[code] == {("refused", "conn-refused")}
        assert states[0] == {("refused", "conn-refused"), ("error", errno.errorcode[code])}

    def test_who_has_another_way_goes_on_meanwhile(self) -> None:
        rows, _, _ = self.scan(fails=between(0.2, 5.0, errno.ENETUNREACH))
        assert max(seconds for seconds, row in rows if row.address == OTHER) < 1.5

    def test_a_route_that_stays_away_is_the_error_of_all_after_one_wait(self) -> None:
        rows, warnings, _ = self.scan(fails=between(0.2, 99.0, errno.ENETUNREACH))
        found = count([row for _, row in rows if row.address == HOST])
        assert {key[:3] for key in found} == {("refused", "conn-refused", 1), ("error", "ENETUNREACH", 1)}
        assert 10.0 < max(seconds for seconds, _ in rows) < 11.5
        assert len(warnings) == 1

    def test_while_too_many_wait_for_a_way_the_others_are_waited_for_in_peace(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Those that are due may not leave: to look for them again and again would take a whole processor."""
        monkeypatch.setattr(lost_ways, "_MOST_ASIDE", 60)
        silent: Network = lambda host, port, *_: Answer(0.001, "rst") if port == 1 else None  # noqa: E731
        kernel = FakeKernel(silent, fails=between(0.6, 4.0, errno.ENETUNREACH))
        source = ListSource([f"10.0.0.{n}" for n in range(1, 41)], range(1, 60))
        engine, _ = engine_for(kernel, source, concurrency=500, ways=some_ways())
        assert len(finish(kernel, engine, most_turns=2000)) == len(source.endpoints)

    def test_a_route_that_never_was_is_an_error_at_once(self) -> None:
        kernel = FakeKernel(refusing, fails=lambda address, now: errno.ENETUNREACH)
        engine, _ = engine_for(kernel, ListSource([OTHER], range(1, 100)), ways=some_ways())
        rows = finish(kernel, engine)
        assert count([row for _, row in rows]) == {("error", "ENETUNREACH", 1, ""): 99}
        assert (engine.warnings, max(seconds for seconds, _ in rows) < 0.1) == ([], True)

    @pytest.mark.parametrize("source", ["0.0.0.0", "127.0.0.1"])
    def test_an_address_that_comes_late_is_awaited(self, source: str) -> None:
        """IPv6 takes a second or two to find out that nobody else has it; nothing that left before counts."""
        late = lambda host, now: source if host == HOST and now < START + 1.9 else "192.0.2.2"  # noqa: E731
        rows, warnings, _ = self.scan(own=late, retries=0)
        assert count([row for _, row in rows]) == {("refused", "conn-refused", 1, "192.0.2.2"): 1000}
        assert len(warnings) == 1
        assert warnings[0].startswith("this host has no address to send from towards 10.0.0.0/8")

    def test_no_address_at_all_is_an_error_of_this_host(self) -> None:
        rows, warnings, _ = self.scan(own=lambda host, now: "0.0.0.0" if host == HOST else "192.0.2.2")
        found = count([row for _, row in rows])
        assert found == {("error", "EADDRNOTAVAIL", 1, ""): 500, ("refused", "conn-refused", 1, "192.0.2.2"): 500}
        assert 10.0 < max(seconds for seconds, _ in rows) < 11.5
        assert len(warnings) == 1

    @pytest.mark.parametrize("retries", [0, 1])
    def test_an_address_that_is_lost_in_mid_scan_is_noticed_by_silence(self, retries: int) -> None:
        """The place had had its source for long; what leaves without one is not answered, and does not count."""

        def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
            return None if in_between(now) and host == HOST else Answer(0.001, "rst")

        kernel = FakeKernel(
            network, own=lambda host, now: "0.0.0.0" if in_between(now) and host == HOST else "192.0.2.2"
        )
        source = ListSource([HOST, OTHER], range(1, 501), retries=retries)
        engine, _ = engine_for(kernel, source, rate=1000.0, ways=some_ways())
        rows = [row for _, row in finish(kernel, engine)]
        assert count(rows) == {("refused", "conn-refused", 1, "192.0.2.2"): 1000}
        assert all(not row.doubt for row in rows)

    def test_the_users_own_source_is_awaited(self) -> None:
        no_socket = lambda family, now: errno.EADDRNOTAVAIL if in_between(now) else 0  # noqa: E731
        ways = Ways(ROUTES, source="172.31.0.9", clock_time=lambda: "14:02:07")
        kernel = FakeKernel(refusing, no_socket=no_socket, gone=in_between, recycles=False, edge=False)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 501)), rate=1000.0, ways=ways)
        rows = [row for _, row in finish(kernel, engine)]
        assert count(rows) == {("refused", "conn-refused", 1, "192.0.2.2"): 500}
        assert engine.warnings == [
            "--source 172.31.0.9 is no longer an address of this host, since 14:02:07: waiting up to 10 s for it"
        ]
