"""`scanner.api_trace`: words become targets, and targets traces, in the order of the words."""

import pytest

from scanner.api_trace import TraceOptions, plan_of, tracing_of
from scanner.errors import ScannerError, TargetError, UsageError
from scanner.model import State, Trace
from scanner.tracing.run import MOST_TARGETS
from tests.engine.listeners import full_backlog, listener, refused_port


def traced(*words: str, **options: object) -> list[Trace]:
    running = tracing_of(plan_of(words), TraceOptions(**{"names": False, **options}))  # type: ignore[arg-type]
    for _ in running.rounds():
        pass
    assert running.complete
    return running.traces()


def test_traces_come_in_the_order_of_the_words() -> None:
    with listener() as open_port, refused_port() as closed_port:
        found = traced(f"127.0.0.1:{closed_port}", f"localhost:{open_port}", f"127.0.0.1:{open_port}")
    assert [
        (trace.host, trace.port, trace.end.state, trace.end.hop) for trace in found if ":" not in trace.address
    ] == [
        ("127.0.0.1", closed_port, State.REFUSED, 1),
        ("localhost", open_port, State.OPEN, 1),
        ("127.0.0.1", open_port, State.OPEN, 1),
    ]
    assert all(trace.hops[0].rtt_ms is not None for trace in found)


def test_a_range_has_a_trace_for_each_of_its_hosts() -> None:
    with refused_port() as port:
        found = traced(f"127.0.0.1-127.0.0.3:{port}")
    assert [(trace.host, trace.address) for trace in found] == [(f"127.0.0.{n}", f"127.0.0.{n}") for n in (1, 2, 3)]


def test_silence_within_the_time_given() -> None:
    with full_backlog() as port:
        (found,) = traced(f"127.0.0.1:{port}", timeout=0.05, most_hops=3)
    assert (found.end.state, found.end.reason, found.end.hop, found.hops) == (State.TIMEOUT, "no-response", 0, ())


def test_stopped_early_it_has_an_end_without_a_state() -> None:
    with full_backlog() as port:
        running = tracing_of(plan_of([f"127.0.0.1:{port}"]), TraceOptions(names=False))
        for _ in running.rounds():
            running.stop()
    assert not running.complete
    assert [trace.end.state for trace in running.traces()] == [None]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["localhost"], "names no port"),
        (["localhost:"], "names no port"),
        (["localhost:0"], "out of range"),
        (["localhost:http!"], "no service"),
        (["::1:22"], "without brackets"),
        (["127.0.0.1:1-2000"], "too many to trace"),
        (["10.0.0.0/8:22"], "too many to trace"),
    ],
)
def test_what_cannot_be_traced_is_said_before_anything_is_sent(words: list[str], said: str) -> None:
    with pytest.raises(ScannerError, match=said):
        plan_of(words)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(TargetError) as caught:
        plan_of(["localhost", "localhost:1", "b:0", "c:70000"])
    assert len(caught.value.problems) == 3


def test_the_most_targets_there_may_be() -> None:
    assert plan_of([f"127.0.0.1:1-{MOST_TARGETS}"]).count == MOST_TARGETS
    with pytest.raises(UsageError):
        plan_of([f"127.0.0.1:1-{MOST_TARGETS + 1}"])


def test_families() -> None:
    with pytest.raises(ScannerError, match="nothing left"):
        plan_of(["127.0.0.1:1"], 6)


def test_names_of_hops_only_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = []

    def named(address: tuple[str, int], flags: int) -> tuple[str, str]:
        looked_up.append(address[0])
        return "gw.example.net", "0"

    monkeypatch.setattr("socket.getnameinfo", named)
    with refused_port() as port:
        assert [trace.hops[0].name for trace in traced(f"127.0.0.1:{port}")] == [""]
        assert not looked_up
        assert [trace.hops[0].name for trace in traced(f"127.0.0.1:{port}", names=True)] == ["gw.example.net"]
    assert looked_up == ["127.0.0.1"]
