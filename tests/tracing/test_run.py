"""Whole traces on loopback: targets are awaited from a feed, traced and put in order; hops are named if names come."""

from collections.abc import Iterable

from scanner.model import Endpoint, Place, Request, Result, State, Trace
from scanner.tracing.run import Tracing
from scanner.tracing.trace_options import TraceOptions
from tests.engine.fakes import AF_INET
from tests.engine.listeners import full_backlog, refused_port


class FakeFeed:
    """Targets that are all known once it was looked at so often, and then hands them out; `half`: since that look all
    of them but for their other family."""

    def __init__(self, endpoints: Iterable[Endpoint], *, looks: int = 0, half: int = 1 << 30) -> None:
        self.warnings = ["a warning of its own"]
        self.stopped = False
        self.failed: list[Result] = []
        self.looks = looks
        self._half = half
        self._endpoints = list(endpoints)
        self.looked = 0

    def fit(self, descriptors: int) -> int:
        return 0

    def take(self, n: int) -> list[Endpoint]:
        self.looked += 1
        return [] if self.pending else self._endpoints[:n]

    def rows(self) -> list[Result]:
        return self.failed

    def do_without(self) -> None:
        self.looks = 0

    def stop(self) -> None:
        self.stopped = True

    @property
    def pending(self) -> bool:
        return self.looked < self.looks

    @property
    def half_resolved(self) -> bool:
        return self.pending and self.looked >= self._half


class FakeNames:
    """Names that are known at once; `asked`: of whom; `patience`: for how long somebody waited."""

    def __init__(self, names: dict[str, str]) -> None:
        self.asked: list[str] = []
        self.patience: list[float] = []
        self._names = names

    def fit(self, descriptors: int) -> int:
        return descriptors - 100

    def ask(self, address: str) -> None:
        self.asked.append(address)

    def collect(self, patience_s: float) -> dict[str, str]:
        self.patience.append(patience_s)
        return self._names


def target(port: int, *requests: Request, address: str = "127.0.0.1") -> Endpoint:
    return Endpoint(Place(address, AF_INET), port, requests or (Request(),))


def finished(tracing: Tracing) -> list[Trace]:
    for _ in tracing.turns():
        pass
    assert tracing.complete
    return tracing.traces()


def test_traces_stand_in_the_order_of_their_requests_one_for_each() -> None:
    with refused_port() as port:
        first, last, middle = Request("a", order=0), Request("c", order=2), Request("", order=1)
        endpoints = [target(port, last, first), target(port, middle, address="127.0.0.2")]
        found = finished(Tracing(FakeFeed(endpoints), TraceOptions()))
    assert [(trace.host, trace.address) for trace in found] == [
        ("a", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("c", "127.0.0.1"),
    ]  # fmt: skip
    assert {(trace.end.state, trace.end.hop) for trace in found} == {(State.REFUSED, 1)}


def test_names_that_lead_nowhere_have_a_trace_too() -> None:
    feed = FakeFeed([])
    feed.failed = [Result(Place("", 0, ports=0), 22, Request("nobody"), State.ERROR, "no-address")]
    (found,) = finished(Tracing(feed, TraceOptions()))
    assert (found.host, found.address, found.port, found.hops) == ("nobody", "", 22, ())
    assert found.end == (State.ERROR, "no-address", "", 0, None)


def test_it_waits_until_all_targets_are_known() -> None:
    with refused_port() as port:
        feed = FakeFeed([target(port)], looks=5)
        assert len(finished(Tracing(feed, TraceOptions()))) == 1
    assert feed.stopped, "nothing more is resolved"


def test_it_does_not_wait_for_the_second_family_as_long_as_for_the_first() -> None:
    with refused_port() as port:
        feed = FakeFeed([target(port)], looks=1 << 30, half=3)
        assert len(finished(Tracing(feed, TraceOptions()))) == 1
    assert 95 < feed.looked < 110, "a hundred looks in a second"


def test_hops_get_their_names() -> None:
    names = FakeNames({"127.0.0.1": "gw.example.net"})
    with refused_port() as port:
        tracing = Tracing(FakeFeed([target(port)]), TraceOptions(), names, names_s=0.25)
        (found,) = finished(tracing)
    assert found.hops[0].name == "gw.example.net"
    assert set(names.asked) == {"127.0.0.1"}
    assert names.patience == [0.25]


def test_names_that_never_come_leave_the_hops_as_they_are() -> None:
    with refused_port() as port:
        (found,) = finished(Tracing(FakeFeed([target(port)]), TraceOptions(), FakeNames({})))
    assert found.hops[0].name == ""


def test_stopped_early_it_has_an_end_without_a_state_and_waits_for_no_names() -> None:
    names = FakeNames({})
    with full_backlog() as port:
        tracing = Tracing(FakeFeed([target(port)]), TraceOptions(), names)
        for _ in tracing.turns():
            tracing.stop()
    assert not tracing.complete
    assert [trace.end.state for trace in tracing.traces()] == [None]
    assert names.patience == [0.0]


def test_stopped_while_names_are_resolved_it_traces_nothing() -> None:
    feed = FakeFeed([target(1)], looks=1 << 30)
    tracing = Tracing(feed, TraceOptions())
    for _ in tracing.turns():
        tracing.stop()
    assert feed.stopped
    assert not tracing.complete
    assert tracing.traces() == []


def test_warnings_of_the_feed_are_told() -> None:
    tracing = Tracing(FakeFeed([]), TraceOptions())
    assert tracing.warnings == ["a warning of its own"]
    finished(tracing)
    assert tracing.warnings == ["a warning of its own"]
