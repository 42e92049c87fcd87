"""The engine's loop on a fake kernel: what a scan does when this machine is short, stalls, or is told to stop."""

import errno
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.model import Result, State
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, Network, engine_for, finish, play

HOST, HOST6 = "192.0.2.80", "2001:db8::1"


def mixed(host: str, port: int, attempt: int, now: float) -> Answer | None:
    """A third each is refused, open and silent."""
    return (Answer(0.002, "rst"), Answer(0.002, "open"), None)[port % 3]


TRUTH = (State.REFUSED, State.OPEN, State.TIMEOUT)


def refusing(host: str, port: int, attempt: int, now: float) -> Answer | None:
    return Answer(0.002, "rst")


def hold(rows: list[Result], hosts: list[str], ports: Sequence[int]) -> None:
    """Every target has one row, and it is true, at no more attempts than on a machine with room for all."""
    assert sorted((row.address, row.port) for row in rows) == sorted((host, port) for host in hosts for port in ports)
    assert [row for row in rows if row.state is not TRUTH[row.port % 3]] == []
    assert {row.attempts for row in rows if row.state is not State.TIMEOUT} == {1}


def scan(kernel: FakeKernel, source: ListSource, **options: Any) -> tuple[list[Result], list[str]]:
    """The rows and the warnings of a whole scan."""
    engine, _ = engine_for(kernel, source, **options)
    return [row for _, row in finish(kernel, engine, most_turns=50_000)], engine.warnings


class TestRoom:
    @pytest.mark.parametrize("recycles", [True, False])
    @pytest.mark.parametrize("capacity", [1, 2, 7, 40])
    def test_descriptors_are_never_exceeded(self, capacity: int, recycles: bool) -> None:
        kernel = FakeKernel(mixed, descriptors=capacity, recycles=recycles, edge=recycles)
        ports = range(1, 61)
        rows, warnings = scan(kernel, ListSource([HOST, HOST6], ports, timeout=0.2), capacity=capacity)
        hold(rows, [HOST, HOST6], ports)
        assert kernel.most_open <= capacity
        assert len(warnings) == 1
        assert "ulimit -n" in warnings[0]

    def test_descriptors_that_others_need_for_a_while(self) -> None:
        """Name lookups take some at first, and give them back."""
        kernel = FakeKernel(mixed)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 200), timeout=0.2), capacity=40)
        engine.fit(7)
        turns = engine.turns()
        rows = [row for _ in range(20) for row in next(turns)]
        assert kernel.most_open == 7
        engine.fit(40)
        rows += [row for batch in turns for row in batch]
        hold(rows, [HOST], range(1, 200))
        assert kernel.most_open == 40

    def test_a_concurrency_that_was_asked_for_is_no_shortage(self) -> None:
        kernel = FakeKernel(mixed)
        rows, warnings = scan(kernel, ListSource([HOST], range(1, 61)), concurrency=5)
        hold(rows, [HOST], range(1, 61))
        assert warnings == []

    def test_room_for_all_is_no_warning(self) -> None:
        """A small limit that is never reached concerns nobody."""
        rows, warnings = scan(FakeKernel(refusing), ListSource([HOST], range(1, 30)), capacity=52)
        assert (len(rows), warnings) == (29, [])

    @pytest.mark.parametrize("room", [1, 3, 30])
    def test_fewer_descriptors_than_promised(self, room: int) -> None:
        """Something else in this process took them: EMFILE in the middle of a scan."""
        kernel = FakeKernel(mixed, descriptors=room)
        ports = range(1, 91)
        rows, warnings = scan(kernel, ListSource([HOST, HOST6], ports, timeout=0.2))
        hold(rows, [HOST, HOST6], ports)
        assert len(warnings) == 1


def during(start: float, seconds: float, code: int) -> Callable[[Any, float], int]:
    """This errno from every connect() during that time."""
    return lambda who, now: code if START + start <= now < START + start + seconds else 0


LIMITS = [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.EADDRNOTAVAIL]


class TestShortages:
    """Silent targets keep the scan running through all of them."""

    @pytest.mark.thinned(5)
    @pytest.mark.parametrize("code", LIMITS)
    @pytest.mark.parametrize("at", ["fails", "no_socket"])
    @pytest.mark.parametrize("start", [0.0, 0.05, 1.2])
    def test_a_passing_one_changes_no_answer(self, code: int, at: str, start: float) -> None:
        kernel = FakeKernel(mixed, **{at: during(start, 0.8, code)})  # type: ignore[arg-type]
        ports = range(1, 301)
        rows, warnings = scan(kernel, ListSource([HOST, HOST6], ports, timeout=0.5), concurrency=100)
        hold(rows, [HOST, HOST6], ports)
        assert len(warnings) <= 1

    @pytest.mark.parametrize("code", LIMITS)
    def test_one_with_probes_in_flight_is_warned_of_once(self, code: int) -> None:
        """It is warned of once however long it lasts and however often it comes back."""
        hurdles = [during(0.3 + 2 * n, 0.9, code) for n in range(4)]
        kernel = FakeKernel(mixed, fails=lambda who, now: max(hurdle(who, now) for hurdle in hurdles))
        ports = range(1, 901)
        rows, warnings = scan(kernel, ListSource([HOST], ports, timeout=2.0), concurrency=150)
        hold(rows, [HOST], ports)
        assert len(warnings) == 1

    def test_two_passing_ones_far_apart_are_not_a_lasting_one(self) -> None:
        """Nothing is in flight when either strikes, but probes leave all the time between them."""
        hurdles = [during(0.0, 0.2, errno.EADDRNOTAVAIL), during(5.0, 0.2, errno.EADDRNOTAVAIL)]
        kernel = FakeKernel(refusing, fails=lambda who, now: max(hurdle(who, now) for hurdle in hurdles))
        rows, _ = scan(kernel, ListSource([HOST], range(1, 81)), rate=10.0)
        assert kernel.now > START + 6
        assert Counter(row.state for row in rows) == {State.REFUSED: 80}

    @pytest.mark.parametrize("code", LIMITS)
    def test_a_lasting_one_is_the_answer_and_the_other_family_goes_on(self, code: int) -> None:
        """As with IPv6 switched off."""
        kernel = FakeKernel(mixed, fails=lambda address, now: code if ":" in address[0] else 0)
        ports = range(1, 121)
        rows, _ = scan(kernel, ListSource([HOST, HOST6], ports, timeout=0.5))
        hold([row for row in rows if row.address == HOST], [HOST], ports)
        lost = [row for row in rows if row.address == HOST6]
        assert {(row.state, row.reason, row.attempts) for row in lost} == {(State.ERROR, errno.errorcode[code], 1)}
        assert len(lost) == len(ports)

    def test_one_destination_without_ports_does_not_hold_up_the_others(self) -> None:
        busy = lambda address, now: errno.EADDRNOTAVAIL if address[1] == 7 and now < START + 3 else 0  # noqa: E731
        kernel = FakeKernel(lambda host, port, attempt, now: mixed(host, port, attempt, now), fails=busy)
        ports = range(1, 301)
        engine, _ = engine_for(kernel, ListSource([HOST], ports, timeout=4.0))
        rows = finish(kernel, engine)
        hold([row for _, row in rows], [HOST], ports)
        assert engine.warnings == []
        assert min(second for second, row in rows if row.port == 7) >= 3
        assert max(second for second, row in rows if row.state is State.REFUSED and row.port != 7) < 1

    @pytest.mark.parametrize("some", [1, 3, 12, 40])
    @pytest.mark.parametrize("seconds", [1.5, 1e9])
    def test_nor_in_a_small_scan_whose_others_are_all_in_flight(self, some: int, seconds: float) -> None:
        """Nobody leaves while they are tried again and again, which must not look like a shortage of all."""
        short = range(1, 1 + some)
        busy = lambda address, now: errno.EADDRNOTAVAIL if address[1] in short and now < START + seconds else 0  # noqa: E731
        kernel = FakeKernel(lambda host, port, attempt, now: None, fails=busy)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 21 + some), timeout=1.0, retries=2))
        rows = finish(kernel, engine)
        others = [(second, row) for second, row in rows if row.port not in short]
        assert {(row.state, row.attempts) for _, row in others} == {(State.TIMEOUT, 3)}
        assert max(second for second, _ in others) < 3.0 + some / 80, (
            "as if they were alone; eight of them show in 0.1 s"
        )
        found = {row.state for _, row in rows if row.port in short}
        assert found == {State.TIMEOUT if seconds < 3 else State.ERROR}
        if some < 8:
            assert engine.warnings == []

    def test_one_whose_local_ports_stay_taken_is_an_error_though_sentinels_leave_beside_it(self) -> None:
        """Each time that it is tried, for its path is watched: that is no hope for it, and the scan must end."""
        busy = lambda address, now: errno.EADDRNOTAVAIL if address[1] in (7, 8) else 0  # noqa: E731
        kernel = FakeKernel(mixed, fails=busy)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 301), timeout=1.0))
        rows = finish(kernel, engine, most_seconds=100.0)
        lost = {(row.port, row.state, row.reason) for _, row in rows if row.state is State.ERROR}
        assert lost == {(port, State.ERROR, "EADDRNOTAVAIL") for port in (7, 8)}
        hold(
            [row for _, row in rows if row.port not in (7, 8)],
            [HOST],
            [port for port in range(1, 301) if port not in (7, 8)],
        )

    def test_local_ports_that_our_own_silent_attempts_hold(self) -> None:
        """A small range of local ports and many retries make it slower, but never an error."""
        kernel = FakeKernel(lambda host, port, attempt, now: None)
        kernel.fails = lambda address, now: (
            errno.EADDRNOTAVAIL if sum(sock.peer == address[:2] for sock in kernel.open_sockets) >= 3 else 0
        )
        rows = play(kernel, ListSource([HOST], [9], timeout=0.5, retries=8))
        assert [(row.state, row.attempts) for row in rows] == [(State.TIMEOUT, 9)]

    def test_descriptors_that_overdue_sockets_hold_are_given_back(self) -> None:
        kernel = FakeKernel(lambda host, port, attempt, now: None if port < 9 else Answer(0.002, "rst"), descriptors=8)
        rows, _ = scan(kernel, ListSource([HOST], range(1, 40), timeout=0.2))
        assert Counter(row.state for row in rows) == {State.TIMEOUT: 8, State.REFUSED: 31}


def most_in_a_second(times: list[float]) -> int:
    return max(sum(first <= time < first + 1.0 - 1e-9 for time in times[number:]) for number, first in enumerate(times))


class TestOneDestination:
    """A port's accept queue is short, and with more than some thousands in flight to it connect() itself gets slow."""

    @pytest.mark.slow
    def test_an_open_port_is_asked_three_times_and_never_twice_in_a_tenth_of_a_second(self) -> None:
        """So is one that is found when sentinels are already due."""
        opened = (5, 9000, 9500, 12_000, 17_000, 19_000)
        kernel = FakeKernel(lambda host, port, attempt, now: Answer(0.001, "open") if port in opened else None)
        scan(kernel, ListSource([HOST], range(1, 20_001)))
        for port in opened:
            times = [time for time, _, number in kernel.sent if number == port]
            assert 1 < len(times) <= 3
            assert min(later - earlier for earlier, later in pairwise(times)) >= 0.1

    def test_a_lone_responder_is_never_flooded(self) -> None:
        """It falls silent, so every sentinel to it stays in flight; even a window this large makes no difference."""
        kernel = FakeKernel(lambda host, port, attempt, now: Answer(0.001, "rst") if port == 1 and now < 101 else None)
        scan(kernel, ListSource([HOST], range(1, 6001)), concurrency=20_000, capacity=60_000)
        times = [time for time, _, port in kernel.sent if port == 1]
        assert len(times) > 300
        assert max(number - bisect_left(times, time - 1.0) for number, time in enumerate(times)) < 2000


class TestStalls:
    @pytest.mark.parametrize("edge", [True, False])
    def test_answers_that_came_in_the_meantime_count(self, edge: bool) -> None:
        network: Network = lambda host, port, attempt, now: Answer(0.5, ("rst", "open")[port % 2])  # noqa: E731
        kernel = FakeKernel(network, stall=(START + 0.4, 5.0), edge=edge, recycles=edge, batch=256)
        rows, _ = scan(kernel, ListSource([HOST], range(1, 2001), timeout=1.0))
        assert Counter(row.state for row in rows) == {State.REFUSED: 1000, State.OPEN: 1000}
        assert {(row.attempts, row.doubt) for row in rows} == {(1, "")}

    @pytest.mark.parametrize("rate", [10.0, 200.0, 1000.0])
    @pytest.mark.parametrize("per", ["rate", "host_rate"])
    def test_a_rate_is_kept_when_the_process_wakes_up(self, rate: float, per: str) -> None:
        """Nothing is made up for: after standing still for five seconds it goes on as before."""
        kernel = FakeKernel(refusing, stall=(START + 0.5, 5.0))
        options = {"rate": rate} if per == "rate" else {"host_rate": HostRate(rate)}
        rows, _ = scan(kernel, ListSource([HOST], range(1, int(3 * rate))), **options)
        assert {row.state for row in rows} == {State.REFUSED}
        assert most_in_a_second([time for time, _, _ in kernel.sent]) <= rate

    @pytest.mark.parametrize("per", ["rate", "host_rate"])
    def test_a_rate_is_kept_over_a_stall_between_two_connects(self, per: str) -> None:
        """The rest of the batch leaves after the stall, and so does the next batch."""
        rate, stalls = 1000.0, [START, START + 1.5, START + 2.7]
        kernel = FakeKernel(refusing)

        def stall(address: Any, now: float) -> int:
            if stalls and now >= stalls[0]:
                stalls.pop(0)
                kernel.now += 0.7
            return 0  # and this one leaves after the stall

        kernel.fails = stall
        options = {"rate": rate} if per == "rate" else {"host_rate": HostRate(rate)}
        scan(kernel, ListSource([HOST], range(1, 3000)), **options)
        assert not stalls
        assert most_in_a_second([time for time, _, _ in kernel.sent]) <= rate


class Ticking(FakeKernel):
    """A kernel with which even looking at the clock takes time."""

    def clock(self) -> float:
        self.now += 5e-6
        return self.now


@pytest.mark.parametrize("rate", [1000.0, 5000.0, 20_000.0])
def test_what_a_rate_allows_is_used(rate: float) -> None:
    """Even if its next token comes between two looks at the bucket."""
    kernel = Ticking(lambda host, port, attempt, now: Answer(0.0, "rst"))
    play(kernel, ListSource([HOST], range(1, 5001)), rate=rate)
    times = [time for time, _, _ in kernel.sent]
    assert times[-1] - times[0] <= 1.05 * len(times) / rate


class TestEnding:
    def test_stop_ends_after_the_present_turn_and_closes_every_socket(self) -> None:
        kernel = FakeKernel(mixed)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 5000), timeout=5.0))
        rows: list[Result] = []
        for number, batch in enumerate(engine.turns()):
            rows += batch
            if number == 5:
                assert kernel.open_sockets
                engine.stop()
            assert number <= 6
        assert engine.stopped
        assert 0 < len(rows) < 4999
        assert not kernel.open_sockets

    def test_stop_before_the_first_turn_probes_nothing(self) -> None:
        kernel = FakeKernel(mixed)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 50)))
        engine.stop()
        assert list(engine.turns()) == []
        assert (kernel.connects, kernel.open_sockets) == (0, set())

    def test_leaving_early_closes_every_socket(self) -> None:
        kernel = FakeKernel(mixed)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 5000), timeout=5.0))
        turns = engine.turns()
        for _ in range(3):
            next(turns)
        assert kernel.open_sockets
        turns.close()  # type: ignore[attr-defined]
        assert not kernel.open_sockets
        assert not engine.stopped

    def test_a_failure_in_a_turn_closes_every_socket(self) -> None:
        kernel = FakeKernel(mixed)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 5000), timeout=5.0))
        turns = engine.turns()
        next(turns)

        def broken(timeout: float) -> Any:
            raise RuntimeError("the poller broke")

        kernel.poller(None).wait = broken  # type: ignore[method-assign]
        with pytest.raises(RuntimeError):
            next(turns)
        assert not kernel.open_sockets

    def test_nothing_to_probe_ends_at_once(self) -> None:
        kernel = FakeKernel(mixed)
        rows, warnings = scan(kernel, ListSource([HOST], []))
        assert (rows, warnings, kernel.now) == ([], [], START)

    @pytest.mark.parametrize("concurrency", [None, 1])
    def test_a_turn_comes_every_tenth_of_a_second_even_when_nothing_happens(self, concurrency: int | None) -> None:
        """It does so that a progress bar moves and signals are heard."""
        kernel = FakeKernel(lambda host, port, attempt, now: None)
        engine, _ = engine_for(kernel, ListSource([HOST], [9], timeout=7.0, retries=0), concurrency=concurrency)
        times = [kernel.now - START for _ in engine.turns()]
        assert max(after - before for before, after in pairwise(times)) <= 0.11
        assert len(times) < 200  # it waits, it does not spin

    def test_targets_that_arrive_late_are_waited_for(self) -> None:
        kernel = FakeKernel(refusing)
        rows, _ = scan(kernel, ListSource([HOST], range(1, 20), late=30))
        assert len(rows) == 19


def test_one_row_for_each_request_of_a_target() -> None:
    for kind, state in (("rst", State.REFUSED), ("open", State.OPEN), ("soft", State.UNREACHABLE)):
        kernel = FakeKernel(lambda host, port, attempt, now, kind=kind: Answer(0.01, kind))  # type: ignore[misc]
        rows = play(kernel, ListSource([HOST], [7], requests=3, retries=0))
        assert [row.state for row in rows] == [state] * 3
        assert kernel.connects - (kind == "rst") <= 1


def test_a_network_that_interrupts_every_other_connect_gives_the_same_rows() -> None:
    def facts(kernel: FakeKernel) -> list[Any]:
        rows = play(kernel, ListSource([HOST, HOST6], range(1, 100), timeout=0.5))
        return sorted((row.address, row.port, row.state, row.reason, row.attempts, row.doubt) for row in rows)

    plain = facts(FakeKernel(mixed))
    every_other = [errno.EINTR, 0] * 2000
    assert facts(FakeKernel(mixed, errors=every_other)) == plain
    assert facts(FakeKernel(mixed, errors=every_other, sends_at_eintr=False)) == plain
    assert facts(FakeKernel(mixed, errors=every_other, sends_at_eintr=False, edge=False, recycles=False)) == plain
