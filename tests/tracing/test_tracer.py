"""Traces through the real multiplexer on a fake kernel: exact times, no packet leaves.

A way is a function: it is told the hop limit of a SYN (0: none), which SYN with this limit it is and when it leaves,
and says what comes back: `open`, `rst`, `router` (time exceeded, from the router at the limit) or `reject` (from
router 2), and after how many seconds.
"""

import errno
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from scanner.engine.flight.lost_ways import Ways
from scanner.machine.error_queue import Icmp
from scanner.model import Endpoint, Place, Request, State, Trace
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.tracer import Tracer
from tests.engine.fakes import AF_INET, AF_INET6, START, Answer, FakeKernel, FakeSocket

Way = Callable[[int, int, float], tuple[str, float] | None]


class WayKernel(FakeKernel):
    """A fake kernel whose network knows hop limits. `asked` are the SYNs sent, repeated ones too: (seconds, port,
    limit)."""

    def __init__(self, way: Way, **more: Any) -> None:
        super().__init__(self._answer, **more)
        self.way = way
        self.asked: list[tuple[float, int, int]] = []
        self._limits: dict[FakeSocket, int] = {}
        self._senders: dict[FakeSocket, Icmp] = {}
        self._syns: Counter[tuple[int, int]] = Counter()
        self._present: FakeSocket | None = None

    def limit_hops(self, sock: FakeSocket, family: int, hops: int) -> None:
        assert sock.state == "new"
        assert sock not in self._limits, "a limit of an earlier probe"
        self._limits[sock] = hops

    def _send(self, sock: FakeSocket, at: float | None = None) -> Answer | None:
        self._present = sock
        return super()._send(sock, at)

    def _answer(self, address: str, port: int, nth: int, now: float) -> Answer | None:
        assert self._present is not None
        limit = self._limits.get(self._present, 0)
        self.asked.append((now - START, port, limit))
        self._syns[port, limit] += 1
        answer = self.way(limit, self._syns[port, limit], now - START)
        if answer is None:
            return None
        kind, delay = answer
        if kind == "router":
            self._senders[self._present] = Icmp(4, 11, 0, f"203.0.113.{limit}")
        elif kind == "reject":
            self._senders[self._present] = Icmp(4, 3, 13, "203.0.113.2")
        return Answer(delay, "host-unreach" if self._present in self._senders else kind)

    def icmp(self, sock: FakeSocket) -> Icmp | None:
        return self._senders.get(sock)


def chain(length: int, end: str | None, *, silent: tuple[int, ...] = (), rtt: float = 0.01) -> Way:
    """Routers up to `length`, then the target, which gives `end` (None: silence)."""

    def way(limit: int, nth: int, now: float) -> tuple[str, float] | None:
        if 0 < limit <= length:
            return None if limit in silent else ("router", rtt * limit)
        return (end, rtt * (length + 1)) if end else None

    return way


def trace(
    kernel: WayKernel,
    *ports: int,
    address: str = "198.51.100.9",
    capacity: int = 1000,
    ways: Ways | None = None,
    **options: Any,
) -> dict[int, Trace]:
    """The traces by their ports; options are those of `TraceOptions`."""
    place = Place(address, AF_INET6 if ":" in address else AF_INET, ports=len(ports))
    endpoints = [Endpoint(place, port, (Request("host"),)) for port in ports or (22,)]
    tracer = Tracer(endpoints, kernel, TraceOptions(**options), capacity=capacity, ways=ways)  # type: ignore[arg-type]
    found = {endpoint.port: trace for traced in tracer.turns() for endpoint, trace in traced}
    assert not kernel.open_sockets
    assert tracer.complete
    return found


@pytest.mark.parametrize(("kind", "state"), [("open", State.OPEN), ("rst", State.REFUSED)])
@pytest.mark.parametrize("address", ["198.51.100.9", "2001:db8::9"])
def test_reached(kind: str, state: State, address: str) -> None:
    kernel = WayKernel(chain(5, kind))
    found = trace(kernel, address=address)[22]
    assert (found.host, found.address, found.end.state, found.end.hop) == ("host", address, state, 6)
    assert [hop.address for hop in found.hops] == [f"203.0.113.{hop}" for hop in range(1, 6)] + [address]
    assert [hop.rtt_ms for hop in found.hops[:5]] == [pytest.approx(10 * hop, abs=2) for hop in range(1, 6)]
    assert kernel.now - START < 0.3
    assert len(kernel.asked) <= 9


def test_a_hop_limit_is_never_left_on_a_socket_that_is_used_again() -> None:
    """More targets than are traced at once: the later ones leave when refused sockets could be had."""
    kernel = WayKernel(chain(2, "rst"))
    trace(kernel, *range(1, 301))
    assert Counter(limit for _, _, limit in kernel.asked)[0] == 300


@pytest.mark.parametrize("own", ["::1", "0.0.0.0"])
def test_this_hosts_missing_address_is_awaited_and_nothing_it_sent_before_counts(own: str) -> None:
    kernel = WayKernel(chain(2, "rst"), own=lambda host, now: own if now < START + 1.5 else "192.0.2.2")
    found = trace(kernel)[22]
    assert (found.end.state, found.end.hop) == (State.REFUSED, 3)
    assert 1.5 < kernel.now - START < 2.5


def test_no_address_at_all_ends_here_and_not_at_the_target() -> None:
    kernel = WayKernel(chain(2, None), own=lambda host, now: "::1")
    found = trace(kernel, address="2001:db8::9")[22]
    assert (found.end.state, found.end.reason, found.end.hop) == (State.ERROR, "EADDRNOTAVAIL", 0)
    assert 10.0 < kernel.now - START < 12.0


def test_silence_takes_a_few_seconds_also_when_half_the_hops_are_silent() -> None:
    kernel = WayKernel(chain(20, None, silent=tuple(range(1, 20, 2)), rtt=0.02))
    found = trace(kernel)[22]
    assert (found.end.state, found.end.hop) == (State.TIMEOUT, 20)
    assert [hop.address for hop in found.hops] == [None if n % 2 else f"203.0.113.{n}" for n in range(1, 21)]
    assert 3.1 < kernel.now - START < 6
    assert Counter(limit for _, _, limit in kernel.asked)[3] == 3, "a silent hop is asked three times"
    assert Counter(limit for _, _, limit in kernel.asked)[4] == 1


def test_all_targets_are_traced_at_once() -> None:
    kernel = WayKernel(chain(3, None))
    found = trace(kernel, *range(1, 101), capacity=8000)
    assert len(found) == 100
    assert kernel.now - START < 6


def test_a_second_attempt_finds_what_the_first_one_lost() -> None:
    def way(limit: int, nth: int, now: float) -> tuple[str, float] | None:
        return None if nth < 3 else chain(3, "open")(limit, nth, now)

    found = trace(WayKernel(way))[22]
    assert (found.end.state, found.end.hop) == (State.OPEN, 4)
    assert [hop.address for hop in found.hops] == ["203.0.113.1", "203.0.113.2", "203.0.113.3", found.address]


def test_routers_that_answer_one_probe_a_second_do_not_make_an_answering_port_silent() -> None:
    last = [-1.0]

    def way(limit: int, nth: int, now: float) -> tuple[str, float] | None:
        if limit in (1, 2):
            if now - last[0] < 1:
                return None
            last[0] = now
        return chain(2, "open")(limit, nth, now)

    kernel = WayKernel(way)
    found = trace(kernel, *range(1, 40))
    assert {(end.state, end.hop) for end in (each.end for each in found.values())} == {(State.OPEN, 3)}


def test_a_late_answer_to_an_earlier_attempt_counts() -> None:
    kernel = WayKernel(chain(0, "open", rtt=1.3))
    found = trace(kernel)[22]
    assert found.end.state is State.OPEN


def test_a_reject_names_its_sender_and_hop() -> None:
    def way(limit: int, nth: int, now: float) -> tuple[str, float] | None:
        return ("router", 0.01) if limit in (1, 2) else ("reject", 0.01)

    kernel = WayKernel(way)
    end = trace(kernel)[22].end
    assert (end.state, end.reason, end.icmp_from, end.hop) == (
        State.UNREACHABLE, "admin-prohibited", "203.0.113.2", 2,
    )  # fmt: skip
    assert kernel.now - START < 0.3


def test_the_last_attempt_waits_until_a_dead_neighbour_shows_itself() -> None:
    def way(limit: int, nth: int, now: float) -> tuple[str, float] | None:
        return None if now > 0 and nth > 1 else ("router" if limit == 1 else "reject", 3.07)

    end = trace(WayKernel(way), most_hops=1)[22].end
    assert (end.state, end.icmp_from) == (State.UNREACHABLE, "203.0.113.2")


def test_no_route_is_this_hosts_own() -> None:
    kernel = WayKernel(chain(2, "open"), fails=lambda address, now: errno.ENETUNREACH)
    end = trace(kernel)[22].end
    assert (end.state, end.reason, end.hop) == (State.ERROR, "ENETUNREACH", 0)


def test_few_descriptors_take_longer_and_change_no_answer() -> None:
    kernel = WayKernel(chain(4, "open"), descriptors=3)
    found = trace(kernel, *range(1, 9))
    assert {(each.end.state, each.end.hop) for each in found.values()} == {(State.OPEN, 5)}
    assert kernel.most_open <= 3


def test_a_lack_that_lasts_is_an_error_not_an_endless_loop() -> None:
    kernel = WayKernel(chain(4, "open"), fails=lambda address, now: errno.EADDRNOTAVAIL)
    end = trace(kernel)[22].end
    assert (end.state, end.reason) == (State.ERROR, "EADDRNOTAVAIL")


def test_a_probe_that_never_leaves_is_no_silence() -> None:
    """It meets itself each time, as in a scan: this host's own trouble, and no answer of the target's is missing."""
    kernel = WayKernel(lambda limit, nth, now: None if limit else ("self", 0.01))
    end = trace(kernel)[22].end
    assert (end.state, end.reason, end.hop) == (State.ERROR, "EADDRNOTAVAIL", 0)
    assert [limit for _, _, limit in kernel.asked].count(0) == 1 + 16, "as often as in a scan"


def test_a_hop_whose_probe_never_leaves_is_not_silent() -> None:
    """Nobody was asked there, so nothing is known of it, and nothing is claimed."""

    class Unlimited(WayKernel):
        def limit_hops(self, sock: FakeSocket, family: int, hops: int) -> None:
            raise OSError(errno.EPERM, "forbidden")

    end = trace(Unlimited(chain(3, None)))[22].end
    assert (end.state, end.hop, end.asked) == (State.TIMEOUT, None, None)


def test_rate_is_kept() -> None:
    kernel = WayKernel(chain(3, "open"))
    trace(kernel, *range(1, 11), rate=50.0)
    times = sorted(when for when, _, _ in kernel.asked)
    assert len(times) >= 10 * 2
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) > 0.019


@pytest.mark.parametrize(("rate", "most"), [(2.5, 2), (1.0, 1), (50.5, 50)])
@pytest.mark.parametrize("kind", ["rate", "host_rate"])
def test_no_second_holds_more_than_its_rate(rate: float, most: int, kind: str) -> None:
    """As for a scan: 2.5 means two, and the SYNs that the kernel repeats for its silent hops count."""
    kernel = WayKernel(chain(3, None), repeats=(1, 2, 3, 4, 5, 7, 11))
    trace(kernel, 22, 23, **{kind: rate})
    times = sorted(when for when, _, _ in kernel.asked)
    assert len(times) > len(kernel.sent) > most
    for first, beyond in zip(times, times[most:], strict=False):
        assert beyond - first >= 1.0, f"{most + 1} of them within a second"


def test_a_repeat_that_would_leave_just_as_an_attempt_ends_is_not_worth_a_token() -> None:
    kernel = WayKernel(chain(3, None), repeats=(1, 2, 3, 4, 5, 7, 11))
    trace(kernel, rate=50.0, timeout=2.0, most_hops=1)
    assert [limit for _, _, limit in kernel.asked].count(0) == 3 * 2, "each of three attempts, and its first repeat"


def test_what_waits_for_a_rate_is_asked_only_if_it_still_matters() -> None:
    """Both targets are the first hop: two more bear that out, and the fourth never leaves."""
    kernel = WayKernel(chain(0, "rst"))
    trace(kernel, 22, 23, rate=2.5)
    assert [(port, limit) for _, port, limit in kernel.asked] == [(port, hop) for port in (22, 23) for hop in range(4)]


def test_nothing_leaves_before_a_pause_is_over() -> None:
    kernel = WayKernel(chain(3, "open"))
    found = trace(kernel, pause_s=1.5)
    assert min(when for when, _, _ in kernel.asked) >= 1.5
    assert found[22].end.state is State.OPEN


@pytest.mark.parametrize("end", [None, pytest.param("open", marks=pytest.mark.slow)])
def test_many_targets_of_one_host_behind_routers_at_their_defaults(end: str | None) -> None:
    """Six answers at once, then one a second, of each: nobody's hops are called silent, and it takes no longer."""
    left = dict.fromkeys((1, 2, 3), 6.0)
    last = dict.fromkeys(left, 0.0)

    def way(limit: int, nth: int, now: float) -> tuple[str, float] | None:
        if limit not in left:
            return (end, 0.04) if end else None
        left[limit] = min(6.0, left[limit] + now - last[limit])
        last[limit] = now
        if left[limit] < 1.0:
            return None
        left[limit] -= 1.0
        return "router", 0.01 * limit

    kernel = WayKernel(way)
    found = trace(kernel, *range(1, 301), capacity=20_000)
    assert {(each.end.state, each.end.hop) for each in found.values()} == (
        {(State.OPEN, 4)} if end else {(State.TIMEOUT, 3)}
    )
    assert {tuple(hop.address for hop in each.hops[:3]) for each in found.values()} == {
        ("203.0.113.1", "203.0.113.2", "203.0.113.3")
    }
    assert kernel.now - START < 6.0


def test_host_rate_is_kept() -> None:
    kernel = WayKernel(chain(3, "open"))
    trace(kernel, *range(1, 11), host_rate=50.0)
    assert kernel.now - START > (len(kernel.asked) - 50) / 50


def test_a_limit_of_time_ends_it_with_what_is_known() -> None:
    kernel = WayKernel(chain(3, None))
    place = Place("198.51.100.9", AF_INET)
    options = TraceOptions(limit_s=1.0)
    tracer = Tracer([Endpoint(place, 22, (Request(),))], kernel, options, capacity=100)  # type: ignore[arg-type]
    (found,) = [trace for traced in tracer.turns() for _, trace in traced]
    assert (found.end.state, found.end.hop) == (None, 3)
    assert kernel.now - START < 1.2
    assert not tracer.complete
    assert not kernel.open_sockets


def test_stop_ends_it_and_closes_every_socket() -> None:
    kernel = WayKernel(chain(3, None))
    place = Place("198.51.100.9", AF_INET)
    tracer = Tracer([Endpoint(place, port, (Request(),)) for port in (1, 2)], kernel, capacity=100)  # type: ignore[arg-type]
    found = []
    for traced in tracer.turns():
        found += traced
        tracer.stop()
    assert [trace.end.state for _, trace in found] == [None, None]
    assert not tracer.complete
    assert not kernel.open_sockets


def test_leaving_early_closes_every_socket() -> None:
    kernel = WayKernel(chain(3, None))
    place = Place("198.51.100.9", AF_INET)
    turns = Tracer([Endpoint(place, 1, (Request(),))], kernel, capacity=100).turns()  # type: ignore[arg-type]
    next(turns)
    assert kernel.open_sockets
    turns.close()  # type: ignore[attr-defined]
    assert not kernel.open_sockets
