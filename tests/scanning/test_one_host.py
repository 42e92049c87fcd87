"""One host with open ports: when it is marked, from where on, and when that is over."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.host_extras import Why
from scanner.scanning.phantoms.one_host import OpenHost
from scanner.scanning.phantoms.open_runs import ProbedPort
from tests.scanning.hosts import host_of, judged, place_with

OPEN, REFUSED, TIMEOUT = State.OPEN, State.REFUSED, State.TIMEOUT


def with_open(host: OpenHost, *ports: int) -> OpenHost:
    """Those are open, each probed at the second of its number."""
    for port in ports:
        host.open(judged(host.place, port), float(port), float(port))
    host.end_turn(float(ports[0]), [])
    return host


def canaries_back(host: OpenHost, *states: State, attempts: int = 1) -> None:
    host.canaries.send(2)
    for port, state in enumerate(states, 50_000):
        host.extras.want()
        host.extra_back(judged(host.place, port, state, attempts=attempts), Why.CANARY)


def phantoms(host: OpenHost) -> list[bool | None]:
    return [host.is_phantom(at) for at in range(len(host.kept.rows))]


# From the start


def test_twenty_open_ports_and_nothing_else_to_come() -> None:
    host = with_open(host_of(place_with(20)), *range(1, 21))
    assert host.undecided()
    assert host.judge_start(30.0, lambda place: range(1, 21)) == 0
    assert host.marked
    assert phantoms(host) == [True] * 20
    assert not host.undecided()


@pytest.mark.parametrize(("state", "marked"), [(OPEN, True), (REFUSED, False)])
def test_while_others_are_to_come_the_far_end_bears_it_out(state: State, marked: bool) -> None:
    host = with_open(host_of(place_with(1000)), *range(1, 21))
    port = host.judge_start(30.0, lambda place: range(1, 1001))
    assert port == 1000
    assert host.asking(30.0)
    host.heard(port, state)
    assert host.last_ports_told()
    assert host.judge_start(30.1, lambda place: range(1, 1001)) == 0
    assert (host.marked, host.disproved) == (marked, not marked)


def test_a_far_end_that_was_only_late_is_heard() -> None:
    host = with_open(host_of(place_with(1000)), *range(1, 21))
    for now in (30.0, 40.0):
        host.judge_start(now, lambda place: range(1, 1001))
    host.judge_start(50.0, lambda place: range(1, 1001))
    assert host.disproved
    host.heard(999, OPEN)
    host.judge_start(50.1, lambda place: range(1, 1001))
    assert host.marked


def test_a_far_end_that_waits_for_its_turn_is_not_silent() -> None:
    host = with_open(host_of(place_with(1000)), *range(1, 21))
    host.judge_start(30.0, lambda place: range(1, 1001))
    host.not_left(39.9)
    assert host.asking(40.0)
    assert host.judge_start(40.0, lambda place: range(1, 1001)) == 0, "none is asked in its place"


def test_with_few_targets_canaries_make_no_start() -> None:
    """Two of them are no ports of the list: nineteen are still too few."""
    host = with_open(host_of(place_with(19)), *range(1, 20))
    canaries_back(host, REFUSED, OPEN)
    assert host.ports.all_open
    host.judge_start(30.0, lambda place: ())
    assert not host.marked


# By its canaries


def test_open_canaries_mark_all_but_what_the_host_itself_has_proved() -> None:
    host = with_open(host_of(place_with(50)), 1, 2, 3)
    host.kept.vouch(1.0)
    host.kept.prove()
    host.kept.vouch(2.0)
    canaries_back(host, OPEN, OPEN)
    assert phantoms(host) == [False, True, True]


def test_late_canaries_mark_no_more_than_the_run() -> None:
    """They were silent when they were asked first: so it has not been so from the start."""
    host = with_open(host_of(place_with(50)), 1, 2, 3)
    host.kept.vouch(2.0)
    canaries_back(host, OPEN, OPEN, attempts=2)
    assert phantoms(host) == [False, False, True]


def test_canaries_that_refuse_are_witnesses() -> None:
    host = with_open(host_of(place_with(50)), 1, 2, 3)
    canaries_back(host, REFUSED, TIMEOUT)
    assert not host.marked
    assert host.runs.inquiry.refusing == [50_000]
    assert host.runs.inquiry.silent == [50_001]


# Since some moment, and until some moment


def asked_host() -> OpenHost:
    """Fifty refused, then ten were open, and two that refused are asked once more."""
    host = with_open(host_of(place_with(200, refused=50)), *range(101, 111))
    host.runs.known_shut([2, 1], [])
    assert host.suspicious(200.0)
    assert sorted(host.runs.ask(200.0)) == [1, 2]
    return host


def test_witnesses_that_are_open_now_mark_the_run() -> None:
    host = asked_host()
    host.heard(1, OPEN)
    host.heard(2, OPEN)
    assert host.follow_up(200.1) == []
    assert host.marked
    assert phantoms(host) == [True] * 10
    assert not host.suspicious(300.0), "nobody needs to be asked any more"


def test_witnesses_that_refuse_leave_it_to_the_runs_own_ports() -> None:
    host = asked_host()
    host.heard(1, REFUSED)
    host.heard(2, REFUSED)
    own = host.follow_up(200.1)
    assert own == [104, 107]
    for port in own:
        host.heard(port, REFUSED)
    assert host.follow_up(200.2) == []
    assert host.disproved
    assert phantoms(host) == [True] * 10, "those of the time when it did"
    assert host.runs.settled == 10, "and they count for no share"
    assert host.kept.vouched == 10, "and what comes now is real"


def test_a_box_that_stops_leaves_what_was_open_before_in_doubt() -> None:
    host = asked_host()
    host.heard(1, OPEN)
    host.heard(2, OPEN)
    host.follow_up(200.1)
    shut = [ProbedPort(300.0 + port, port) for port in range(30, 40)]
    for _ in shut:
        host.place.note.verdicts += 1
    host.open(judged(host.place, 180), 400.0, 400.0)
    host.end_turn(400.0, shut)
    assert phantoms(host)[-1] is None, "it is being asked"
    for port in host.follow_up(400.1):
        host.heard(port, REFUSED)
    host.follow_up(400.2)
    assert not host.marked
    assert phantoms(host) == [True] * 10 + [False]


def test_one_that_was_open_at_first_is_not_asked_before_silence_can_tell() -> None:
    host = with_open(host_of(place_with(200, refused=3), now=100.0), *range(101, 111))
    assert not host.suspicious(100.1)
    assert host.suspicious(100.3)
