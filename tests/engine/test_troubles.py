"""One socket's trouble stays its own: calls fail, one after another, and the rows are the same."""

import errno
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from scanner.engine.loop import Engine
from scanner.engine.schedule import Schedule
from scanner.errors import ScannerError
from scanner.model import Result, State
from tests.engine.fakes import Answer, FakeKernel, ListSource, engine_for, finish

HOST = "192.0.2.80"
PORTS = range(1, 61)
KINDS = ("rst", "open", "reset", "port-unreach", "host-unreach", "")
STATES = (State.REFUSED, State.OPEN, State.OPEN, State.UNREACHABLE, State.UNREACHABLE, State.TIMEOUT)


def mixed(host: str, port: int, attempt: int, now: float) -> Answer | None:
    kind = KINDS[port % 6]
    return Answer(0.002 + port * 1e-5, kind) if kind else None


def rows_of(kernel: FakeKernel, **options: Any) -> list[Result]:
    engine, _ = engine_for(kernel, ListSource([HOST], PORTS, timeout=0.2), **options)
    return [row for _, row in finish(kernel, engine, most_turns=50_000)]


def hold(rows: list[Result]) -> None:
    assert sorted(row.port for row in rows) == list(PORTS)
    assert [(row.port, row.state, row.reason) for row in rows if row.state is not STATES[row.port % 6]] == []


def failing(call: str, code: int, which: Callable[[int], bool]) -> Callable[[str], int]:
    """Those calls of that name fail whose number, counted from 1, satisfies `which`."""
    made: Counter[str] = Counter()

    def trouble(now: str) -> int:
        made[now] += 1
        return code if now == call and which(made[now]) else 0

    return trouble


ONCE = {f"nth {n}": (lambda made, n=n: made == n) for n in (1, 2, 5, 17, 40, 61)}
OFTEN = {"every third": lambda made: made % 3 == 0, "first ten": lambda made: made <= 10}
ALWAYS = {"every one": lambda made: True}
EDGES = pytest.mark.parametrize("edge", [True, False], ids=["edge", "level"])


@pytest.mark.thinned(5)
@EDGES
@pytest.mark.parametrize("which", [*ONCE, *OFTEN])
@pytest.mark.parametrize("call", ["getsockopt", "close", "flag", "add", "remove", "wait"])
def test_a_call_that_fails_changes_no_row(call: str, which: str, edge: bool) -> None:
    for code in (errno.EIO, errno.EBADF, errno.EPERM, errno.EINVAL):
        kernel = FakeKernel(mixed, edge=edge, recycles=edge, trouble=failing(call, code, (ONCE | OFTEN)[which]))
        hold(rows_of(kernel))


@EDGES
@pytest.mark.parametrize("call", ["close", "flag", "remove"])
def test_some_may_fail_for_ever(call: str, edge: bool) -> None:
    kernel = FakeKernel(mixed, edge=edge, recycles=edge, trouble=failing(call, errno.EIO, lambda made: True))
    hold(rows_of(kernel))


@EDGES
def test_so_error_is_the_one_thing_needed(edge: bool) -> None:
    """Without it, what has a peer is open, and a reject is what the queue says; the rest have only the errno."""
    kernel = FakeKernel(mixed, edge=edge, recycles=edge, trouble=failing("getsockopt", errno.EIO, lambda made: True))
    found = {row.port: (row.state, row.reason) for row in rows_of(kernel)}
    assert {found[port] for port in PORTS if KINDS[port % 6] == "open"} == {(State.OPEN, "syn-ack")}
    assert {found[port][0] for port in PORTS if KINDS[port % 6].endswith("unreach")} == {State.UNREACHABLE}
    assert {found[port] for port in PORTS if not KINDS[port % 6]} == {(State.TIMEOUT, "no-response")}
    assert {found[port] for port in PORTS if KINDS[port % 6] == "rst"} == {(State.ERROR, "EIO")}


class TestPollers:
    @pytest.mark.parametrize("call", ["wait", "add"])
    def test_one_that_fails_for_good_is_given_up_for_another(self, call: str) -> None:
        kernel = FakeKernel(mixed, trouble=lambda now: errno.EBADF if now == call and not kernel.lacking else 0)
        hold(rows_of(kernel))
        assert kernel.lacking == ["poller: [Errno 9] trouble"]

    @pytest.mark.parametrize("after", [3, 20, 40])
    def test_in_the_middle_of_a_scan(self, after: int) -> None:
        """With sockets in flight, overdue, and waiting to be used again."""
        calls = Counter[str]()

        def trouble(call: str) -> int:
            calls[call] += 1
            return errno.EINVAL if calls["wait"] > after and not kernel.lacking else 0

        kernel = FakeKernel(mixed, trouble=lambda call: trouble(call) if call == "wait" else 0)
        engine, _ = engine_for(kernel, ListSource([HOST], PORTS, timeout=0.2), concurrency=4)
        hold([row for _, row in finish(kernel, engine, most_turns=50_000)])
        assert kernel.lacking == ["poller: [Errno 22] trouble"]

    def test_where_there_is_no_other_the_rows_come_first(self) -> None:
        calls = Counter[str]()

        def trouble(call: str) -> int:
            calls[call] += 1
            return errno.EINVAL if call == "wait" and calls["wait"] > 20 else 0

        def none_left(failed: Any, why: BaseException) -> Any:
            raise ScannerError("no poller can be used on this system")

        kernel = FakeKernel(mixed, trouble=trouble)
        kernel.other_poller = none_left  # type: ignore[method-assign]
        rows = until_it_fails(kernel, ScannerError, concurrency=4)
        assert 10 < len(rows) < len(PORTS)


def collect(engine: Engine, rows: list[Result]) -> None:
    for batch in engine.turns():
        rows += batch


def until_it_fails(
    kernel: FakeKernel, error: type[Exception], source: ListSource | None = None, **options: Any
) -> list[Result]:
    """The rows that come before the error. All sockets must be closed."""
    engine, _ = engine_for(kernel, source or ListSource([HOST], PORTS, timeout=0.2), **options)
    rows: list[Result] = []
    with pytest.raises(error):
        collect(engine, rows)
    assert not kernel.open_sockets
    return rows


class TestRowsFirst:
    """Whatever fails, what was judged in that turn comes out first, then the error."""

    def test_a_failure_after_answers_were_judged(self) -> None:
        kernel = FakeKernel(lambda *_: Answer(0.002, "open"))
        judged = 0
        info = kernel.info

        def fails_at_last(sock: Any) -> Any:
            nonlocal judged
            judged += 1
            if judged == 8:
                raise RuntimeError("a bug of ours")
            return info(sock)

        kernel.info = fails_at_last  # type: ignore[method-assign]
        assert len(until_it_fails(kernel, RuntimeError)) == 7

    def test_a_failure_of_the_source(self) -> None:
        class Failing(ListSource):
            def take(self, n: int, *, ahead: bool = False) -> Any:
                if len(kernel.sent) > 20:
                    raise MemoryError
                return super().take(n, ahead=ahead)

        kernel = FakeKernel(lambda *_: Answer(0.0, "open"))
        assert len(until_it_fails(kernel, MemoryError, Failing([HOST], PORTS))) == len(kernel.sent)

    def test_a_failure_while_rows_are_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(self: Schedule, trials: Any, now: float) -> Any:
            raise RuntimeError("a bug of ours")

        monkeypatch.setattr(Schedule, "settle", broken)
        assert answered(until_it_fails(FakeKernel(mixed), RuntimeError))


def answered(rows: list[Result]) -> set[int]:
    return {row.port for row in rows if row.state is not State.TIMEOUT}


class TestRecycling:
    """Sockets are used again once that has been seen to work."""

    def test_one_that_stays_dead_is_not_used_again(self) -> None:
        """gVisor: connect() after a RST says ECONNABORTED, and so does every further one."""
        kernel = FakeKernel(lambda *_: Answer(0.002, "rst"))
        connect = kernel.connect

        def dead_for_ever(sock: Any, address: Any) -> int:
            return errno.ECONNABORTED if sock.generation else connect(sock, address)

        kernel.connect = dead_for_ever  # type: ignore[method-assign]
        rows = rows_of(kernel, concurrency=4)
        assert Counter((row.state, row.attempts) for row in rows) == {(State.REFUSED, 1): len(PORTS)}
        assert kernel.lacking == ["ECONNABORTED"]

    def test_one_of_which_no_event_tells_is_not_used_again(self) -> None:
        """Its answer is found at its deadline, and the next ones get new sockets."""
        kernel = FakeKernel(lambda *_: Answer(0.002, "rst"))
        pass_time = kernel.pass_time

        def deaf_in_a_second_life(timeout: float) -> list[tuple[int, int]]:
            return [event for event in pass_time(timeout) if not kernel.by_number[event[0]].generation]

        kernel.pass_time = deaf_in_a_second_life  # type: ignore[method-assign]
        rows = rows_of(kernel, concurrency=4)
        assert Counter((row.state, row.attempts) for row in rows) == {(State.REFUSED, 1): len(PORTS)}
        assert kernel.lacking == ["no event reported an answer"]

    def test_most_are_used_again_where_it_works(self) -> None:
        kernel = FakeKernel(lambda *_: Answer(0.002, "rst"))
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 2001)), concurrency=20)
        finish(kernel, engine)
        assert 20 <= kernel.sockets_made < 60
        assert not kernel.lacking


def test_a_kill_from_outside_is_no_answer() -> None:
    """`ss -K` ends a connection attempt with ECONNABORTED: the attempt is made again."""
    kernel = FakeKernel(mixed, errors=[errno.ECONNABORTED, 0, errno.EBADF, errno.EIO])
    hold(rows_of(kernel))


def test_an_option_that_cannot_be_set_for_one_probe() -> None:
    from scanner.model import End, Endpoint, Place, Request
    from scanner.tracing.tracer import Tracer

    kernel = FakeKernel(lambda *_: Answer(0.002, "open"))

    def forbidden(sock: Any, family: int, hops: int) -> None:
        raise OSError(errno.EPERM, "forbidden")

    kernel.limit_hops = forbidden  # type: ignore[attr-defined]
    tracer = Tracer([Endpoint(Place(HOST, 2), 22, (Request(),))], kernel, capacity=100)  # type: ignore[arg-type]
    found = [trace for batch in tracer.turns() for _, trace in batch]
    assert isinstance(found[0].end, End)
    assert found[0].end.state is State.OPEN
    assert not kernel.open_sockets
