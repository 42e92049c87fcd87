"""What holds probes of a trace back: this machine's own limits, and a source that is gone. (Rates: `test_tracer.py`,
lost routes: `test_trace_ways.py`.)"""

import errno
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from scanner.engine.flight.lost_ways import Ways
from scanner.machine.route_table import RouteTable, Way
from scanner.model import Endpoint, Place, Request, State, Trace
from scanner.tracing.tracer import Tracer
from tests.engine.fakes import AF_INET, AF_INET6, START
from tests.tracing.test_tracer import WayKernel, chain, trace

SHORT, OTHER, SIXTH = "198.51.100.7", "198.51.100.9", "2001:db8::9"


def traced(kernel: WayKernel, *addresses: str) -> dict[str, tuple[float, Trace]]:
    """One target at each address: its trace, and when that was told (seconds)."""
    endpoints = [
        Endpoint(Place(address, AF_INET6 if ":" in address else AF_INET), 22, (Request(),)) for address in addresses
    ]
    tracer = Tracer(endpoints, kernel, capacity=1000)  # type: ignore[arg-type]
    found = {}
    for batch in tracer.turns():
        found.update({each.place.address: (kernel.now - START, trace) for each, trace in batch})
        assert kernel.now - START < 100.0, "it does not end"
    assert tracer.complete
    assert not kernel.open_sockets
    return found


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_a_passing_lack_is_no_answer(code: int) -> None:
    """Others on this machine took the last of it, and give it back within a second."""
    kernel = WayKernel(chain(3, "open"), no_socket=lambda family, now: code if now < START + 0.8 else 0)
    end = trace(kernel)[22].end
    assert (end.state, end.hop) == (State.OPEN, 4)
    assert 0.8 < kernel.now - START < 1.2


def test_a_passing_lack_of_connect_itself_is_no_answer_either() -> None:
    kernel = WayKernel(chain(3, "open"), fails=lambda to, now: errno.ENOBUFS if now < START + 0.8 else 0)
    assert trace(kernel)[22].end.state is State.OPEN


@pytest.mark.parametrize("code", [errno.EMFILE, errno.EADDRNOTAVAIL])
def test_one_that_lasts_a_second_is_the_answer(code: int) -> None:
    kernel = WayKernel(chain(3, "open"), fails=lambda to, now: code)
    end = trace(kernel)[22].end
    assert (end.state, end.reason, end.hop) == (State.ERROR, errno.errorcode[code], 0)
    assert 1.0 <= kernel.now - START < 1.5


def test_a_target_without_a_local_port_holds_up_no_other() -> None:
    kernel = WayKernel(chain(20, None), fails=lambda to, now: errno.EADDRNOTAVAIL if to[0] == SHORT else 0)
    found = traced(kernel, OTHER, SHORT)
    end = found[OTHER][1].end
    assert (end.state, end.hop) == (State.TIMEOUT, 20)
    when, way = found[SHORT]
    assert (way.end.state, way.end.reason) == (State.ERROR, "EADDRNOTAVAIL")
    assert when < 7.0
    twenty = next(when for when, _, limit in kernel.asked if limit == 20)
    assert twenty < 1.0, "its hops leave as if it were alone"


def test_many_targets_without_a_local_port_hold_up_no_other() -> None:
    """More of them than look like a shortage of all, each of a network of its own; and each is tried once a moment,
    whatever the number of its hops."""
    tried: list[float] = []

    def no_port(to: tuple[Any, ...], now: float) -> int:
        if not to[0].startswith("203.0."):
            return 0
        tried.append(now - START)
        return errno.EADDRNOTAVAIL

    kernel = WayKernel(chain(20, None), fails=no_port)
    found = traced(kernel, *(f"203.0.{number}.7" for number in range(12)), OTHER)
    assert (found[OTHER][1].end.state, found[OTHER][1].end.hop) == (State.TIMEOUT, 20)
    assert next(when for when, _, limit in kernel.asked if limit == 0) < 0.2, "after eight that look like all"
    assert Counter(when for when, _, limit in kernel.asked if limit == 0).total() == 3
    assert sum(0.5 <= when < 1.5 for when in tried) <= 12 * 11


def test_a_turn_lets_no_more_leave_than_one_of_a_scan() -> None:
    """However many are in line: what each short one costs grows with those behind it."""
    kernel = WayKernel(chain(3, "open"))
    listens, connects = kernel.pass_time, [0]

    def counting(timeout: float) -> list[tuple[int, int]]:
        connects.append(kernel.connects)
        return listens(timeout)

    kernel.pass_time = counting  # type: ignore[method-assign]
    assert len(trace(kernel, *range(1, 301))) == 300
    most = max(after - before for before, after in pairwise(connects))
    assert most == 256, "there were more in line"


def test_what_was_tried_for_a_lost_way_is_one_for_all() -> None:
    """The hops of all targets of a network would miss the same way."""
    kernel = WayKernel(chain(3, "open"), fails=lambda to, now: errno.ENETUNREACH if now < START + 0.2 else 0)
    ways: Ways[Any] = Ways(RouteTable([Way(AF_INET, 198 << 24, 8, 0, gateway=True)]))
    found = trace(kernel, *range(1, 21), ways=ways)
    assert {each.end.state for each in found.values()} == {State.OPEN}
    assert kernel.connects - len(kernel.asked) == 1


def test_a_family_that_is_switched_off_holds_up_no_other() -> None:
    kernel = WayKernel(chain(3, "open"), fails=lambda to, now: errno.EADDRNOTAVAIL if ":" in to[0] else 0)
    found = traced(kernel, SIXTH, OTHER)
    assert found[OTHER][1].end.state is State.OPEN
    assert found[OTHER][0] < 0.3
    assert (found[SIXTH][1].end.state, found[SIXTH][1].end.reason) == (State.ERROR, "EADDRNOTAVAIL")


def test_what_there_is_no_room_for_waits_for_what_is_in_flight() -> None:
    """It is tried again ten times a second, and no more of it than the first."""
    refused = []

    def no_socket(family: int, now: float) -> int:
        if len(kernel.open_sockets) < 3:
            return 0
        refused.append(now)
        return errno.ENFILE

    kernel = WayKernel(chain(6, "open", rtt=0.2), no_socket=no_socket)
    assert trace(kernel)[22].end.hop == 7
    assert len(refused) < 12 * (kernel.now - START)


def test_the_source_that_the_user_chose_is_awaited() -> None:
    """A socket cannot be bound to it for a while, as in a scan."""

    def gone(now: float) -> bool:
        return 0.05 < now - START < 2.0

    kernel = WayKernel(
        chain(3, "open", rtt=0.1), gone=gone, no_socket=lambda family, now: errno.EADDRNOTAVAIL if gone(now) else 0
    )
    ways = Ways(source="192.0.2.2")
    end = trace(kernel, 22, 23, capacity=10, ways=ways)[23].end
    assert (end.state, end.hop) == (State.OPEN, 4)
    assert [warning.split(",")[0] for warning in ways.warnings] == [
        "--source 192.0.2.2 is no longer an address of this host"
    ]
