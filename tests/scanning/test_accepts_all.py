"""Hosts that accept everything are marked from their first row on, others never, and no row is lost on the way."""

import random
import socket
from collections import Counter
from collections.abc import Mapping
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Doubt, Endpoint, Note, Place, Request, Result, State
from scanner.scanning.phantoms.accepts_all import AcceptsAll
from scanner.scanning.phantoms.marking import Marking
from scanner.scanning.phantoms.one_host import OpenHost
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, engine_for

V4 = int(socket.AF_INET)
REQUEST = Request(timeout=1.0, retries=1)


def nobody() -> list[tuple[Endpoint, float]]:
    """No target stays silent."""
    return []


def silent(place: Place, count: int, since: float, first: int = 30_000) -> list[tuple[Endpoint, float]]:
    """So many ports of this place are in flight since then."""
    return [(Endpoint(place, port, (REQUEST,)), since) for port in range(first, first + count)]


def judged(place: Place, port: int, state: State = State.OPEN, request: Request = REQUEST) -> Result:
    """A verdict, counted at its host as the engine does."""
    place.note.verdicts += 1
    place.note.opened += state is State.OPEN
    return Result(place, port, request, state, "", rtt_ms=1.0)


def host(ports: int, number: int = 1) -> Place:
    place = Place(f"10.0.0.{number}", V4, ports=ports)
    place.note = Note()
    return place


def ports_of(rows: list[Result]) -> list[int]:
    return [row.port for row in rows]


# The rule, row by row


@pytest.mark.parametrize(
    ("opened", "refused", "marked"),
    [(20, 0, True), (19, 1, True), (95, 5, True), (94, 6, False), (18, 2, False), (1, 19, False)],
)
def test_twenty_ports_and_95_in_100(opened: int, refused: int, marked: bool) -> None:
    place, accepts = host(opened + refused), AcceptsAll(nobody)
    rows = [judged(place, port, State.REFUSED) for port in range(refused)]
    rows += [judged(place, refused + port) for port in range(opened)]
    out = accepts.apply(rows, 1.0)
    for _ in range(3):  # what is asked once more answers as before
        asked = accepts.take_wanted()
        states = [State.REFUSED if each.port < refused else State.OPEN for each in asked]
        again = [judged(place, each.port, state, *each.requests) for each, state in zip(asked, states, strict=True)]
        out += accepts.apply(again, 1.1)
    out += accepts.finish()
    assert len(out) == len(rows)
    assert {row.doubt for row in out if row.state is State.OPEN} == {Doubt.ACCEPTS_EVERYTHING if marked else ""}
    assert not any(row.doubt for row in out if row.state is not State.OPEN)


def test_nineteen_ports_are_too_few() -> None:
    place, accepts = host(19), AcceptsAll(nobody)
    out = accepts.apply([judged(place, port) for port in range(19)], 1.0)
    assert len(out) == 19
    assert not any(row.doubt for row in out)
    assert accepts.idle


def test_the_first_rows_say_it_too() -> None:
    place, accepts = host(1000), AcceptsAll(nobody)
    assert accepts.apply([judged(place, port) for port in range(5)], 1.0) == []
    assert accepts.apply([judged(place, port) for port in range(5, 30)], 1.05) == []
    out = accepts.apply([judged(place, 30)], 1.15)
    assert ports_of(out) == list(range(31))
    assert {row.doubt for row in out} == {Doubt.ACCEPTS_EVERYTHING}
    assert accepts.idle
    assert accepts.apply([judged(place, 31)], 1.2)[0].doubt == Doubt.ACCEPTS_EVERYTHING


def test_a_row_is_kept_for_half_a_second_at_most() -> None:
    place = host(1000)
    accepts = AcceptsAll(lambda: silent(place, 20, 1.0))
    assert accepts.apply([judged(place, 1)], 1.0) == []
    assert accepts.apply([], 1.2) == []
    assert ports_of(accepts.apply([], 1.5)) == [1]


def test_where_the_scan_is_slow_it_waits_for_twenty_others_or_three_seconds() -> None:
    place, accepts = host(1000), AcceptsAll(nobody)
    assert accepts.apply([judged(place, 1)], 1.0) == []
    assert accepts.apply([], 3.8) == []
    assert ports_of(accepts.apply([], 4.0)) == [1]


def test_with_many_hosts_none_waits_for_the_others() -> None:
    """The look is at each of them."""
    accepts = AcceptsAll(nobody)
    assert accepts.apply([judged(host(1000, number), 1) for number in range(100)], 1.0) == []
    assert len(accepts.apply([], 1.5)) == 100 - 64


def test_where_nobody_answers_what_is_asked_it_goes_in_doubt() -> None:
    place = host(1000)
    flying: list[tuple[Endpoint, float]] = []
    accepts = AcceptsAll(lambda: flying)
    shut = [judged(place, port, State.REFUSED) for port in range(100, 130)]
    rows = [judged(place, port) for port in range(5)]
    assert accepts.apply(shut, 1.0) == shut
    assert accepts.apply(rows, 1.1) == []
    for tenth in range(12, 45):
        flying += [(asked, tenth / 10) for asked in accepts.take_wanted()]
        out = accepts.apply([], tenth / 10)
        if out:
            break
    assert tenth / 10 == pytest.approx(1.0 + 3.0)
    assert {row.doubt for row in out} == {Doubt.ACCEPTS_EVERYTHING}


def test_a_row_does_not_wait_where_it_is_clear() -> None:
    place, accepts = host(1000), AcceptsAll(nobody)
    rows = [judged(place, port, State.REFUSED) for port in range(30)] + [judged(place, 80)]
    assert accepts.apply(rows, 1.0) == rows


def test_open_ports_behind_a_firewall_are_no_middlebox() -> None:
    """Everything that answered is open; what was probed and is silent has no verdict yet."""
    place = host(1000)
    flying = silent(place, 700, 1.0)
    accepts = AcceptsAll(lambda: flying)
    rows = [judged(place, port) for port in range(30)]
    assert accepts.apply(rows, 1.0) == []
    assert accepts.apply([], 1.1) == [], "two of the silent are asked again before they go"
    witnesses = accepts.take_wanted()
    assert [witness.port for witness in witnesses] == [30_000, 30_001]
    flying += [(witness, 1.1) for witness in witnesses]
    assert accepts.apply([], 1.5) == rows
    assert not any(row.doubt for row in rows)


def test_what_left_a_moment_ago_may_still_be_answered() -> None:
    place = host(1000)
    accepts = AcceptsAll(lambda: silent(place, 700, 1.1 - 0.05))
    assert accepts.apply([judged(place, port) for port in range(30)], 1.0) == []
    assert {row.doubt for row in accepts.apply([], 1.1)} == {Doubt.ACCEPTS_EVERYTHING}


def test_it_is_looked_at_ten_times_a_second_at_most() -> None:
    looks: list[int] = []

    def slow() -> list[tuple[Endpoint, float]]:
        looks.append(1)
        return []

    accepts, places = AcceptsAll(slow), [host(100, number) for number in range(50)]
    for tick in range(30):
        for place in places:
            accepts.apply([judged(place, tick)], 1.0 + tick / 100)
    assert 0 < len(looks) <= 3


# Canaries


def answered(wanted: list[Endpoint], *states: State) -> list[Result]:
    """The verdicts on what was asked beside the list."""
    return [
        judged(endpoint.place, endpoint.port, state, endpoint.requests[0])
        for endpoint, state in zip(wanted, states, strict=True)
    ]


@pytest.mark.parametrize(
    ("states", "doubt"),
    [
        ((State.OPEN, State.OPEN), Doubt.ACCEPTS_EVERYTHING),
        ((State.OPEN, State.REFUSED), ""),
        ((State.REFUSED, State.REFUSED), ""),
        ((State.TIMEOUT, State.OPEN), Doubt.ACCEPTS_EVERYTHING),  # one of so many ports is hardly open by chance
        ((State.TIMEOUT, State.TIMEOUT), ""),
        ((State.UNREACHABLE, State.OPEN), ""),
        ((State.UNREACHABLE, State.ERROR), ""),
    ],
)
def test_canaries_settle_short_lists(states: tuple[State, State], doubt: str) -> None:
    place, accepts = host(2), AcceptsAll(nobody, canary=True)
    assert accepts.apply([judged(place, 80)], 1.0) == []
    assert accepts.apply([judged(place, 443)], 9.0) == [], "it waits for them as long as it takes"
    canaries = accepts.take_wanted()
    assert [endpoint.place for endpoint in canaries] == [place, place]
    ports = {endpoint.port for endpoint in canaries}
    assert len(ports) == 2
    assert min(ports) >= 49_152
    first, second = answered(canaries, *states)
    assert accepts.apply([first], 9.1) == []
    out = accepts.apply([second], 9.2)
    assert ports_of(out) == [80, 443]
    assert {row.doubt for row in out} == {doubt}
    assert accepts.idle
    assert not accepts.take_wanted()


def test_canaries_ask_as_the_list_does() -> None:
    accepts = AcceptsAll(nobody, canary=True)
    asked = Request(timeout=0.3, retries=4, name="door", expect="open", tags=("a",), vantage="here")
    accepts.apply([judged(host(1), 80, request=asked)], 1.0)
    requests = [endpoint.requests[0] for endpoint in accepts.take_wanted()]
    assert [(each.timeout, each.retries, each.expect) for each in requests] == [(0.3, 4, "")] * 2


def test_canaries_go_to_hosts_with_an_open_port_only_and_once() -> None:
    accepts = AcceptsAll(nobody, canary=True)
    first, second = host(3, 1), host(3, 2)
    rows = [judged(first, port) for port in (1, 2, 3)] + [judged(second, 1, State.REFUSED)]
    assert ports_of(accepts.apply(rows, 1.0)) == [1]
    assert [endpoint.place for endpoint in accepts.take_wanted()] == [first, first]


def test_silent_canaries_are_counted_apart() -> None:
    place, accepts = host(1), AcceptsAll(nobody, canary=True)
    accepts.apply([judged(place, 80)], 1.0)
    back = answered(accepts.take_wanted(), State.TIMEOUT, State.TIMEOUT)
    back[1].doubt = "unverified"
    assert ports_of(accepts.apply(back, 2.0)) == [80]
    assert (accepts.extra_timeouts, accepts.extra_denied) == ({"": 1, "unverified": 1}, {})
    rows = Counter({"": 3, "unverified": 1})
    assert accepts.without_extras(rows, rows) == ({"": 2}, rows)


def test_canaries_that_met_an_icmp_error_are_counted_apart_too() -> None:
    place, accepts = host(1), AcceptsAll(nobody, canary=True)
    accepts.apply([judged(place, 80)], 1.0)
    accepts.apply(answered(accepts.take_wanted(), State.UNREACHABLE, State.UNREACHABLE), 2.0)
    assert (accepts.extra_timeouts, accepts.extra_denied) == ({}, {"": 2})
    rows = Counter({"": 3, "unverified": 1})
    assert accepts.without_extras(rows, rows) == (rows, {"": 1, "unverified": 1})


def test_what_is_kept_when_the_scan_is_stopped_comes_out_unmarked() -> None:
    place, accepts = host(100), AcceptsAll(nobody)
    rows = [judged(place, port) for port in range(50)]
    assert accepts.apply(rows, 1.0) == []
    assert accepts.finish(complete=False) == rows
    assert not any(row.doubt for row in rows)
    assert accepts.finish() == []


# Whatever comes, in whatever order

EVENTS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([State.OPEN] * 4 + list(State)), st.floats(0, 0.3)), max_size=150
)


@settings(deadline=None)
@given(
    events=EVENTS,
    canary=st.booleans(),
    ports=st.lists(st.integers(1, 60), min_size=4, max_size=4),
    batch=st.integers(1, 9),
    mute=st.integers(0, 3),
    answers=st.lists(st.sampled_from(list(State)), min_size=8, max_size=8),
)
def test_no_row_is_lost_or_doubled(
    events: list[tuple[int, State, float]], canary: bool, ports: list[int], batch: int, mute: int,
    answers: list[State],
) -> None:  # fmt: skip
    places = [host(ports[number], number) for number in range(4)]
    accepts = AcceptsAll(lambda: [each for place in places for each in silent(place, mute, 0.0)], canary=canary)
    now, rows, out, pending, wanted = 1.0, [], [], [], []
    answers_for_ever = cycle(answers)
    for port, (number, state, pause) in enumerate(events):
        now += pause
        row = judged(places[number], port, state)
        rows.append(row)
        pending.append(row)
        if len(pending) >= batch:
            out += accepts.apply(pending, now)
            pending = []
            wanted += accepts.take_wanted()
            if wanted and port % 3 == 0:
                out += accepts.apply(answered(wanted, *islice(answers_for_ever, len(wanted))), now)
                wanted = []
    out += accepts.apply(pending, now)
    out += accepts.finish()
    assert Counter(map(id, out)) == Counter(map(id, rows))
    assert all(row.state is State.OPEN and row.doubt == Doubt.ACCEPTS_EVERYTHING for row in out if row.doubt)


# With the engine


def scan(
    answer: Mapping[int, Answer | None] | Answer, ports: int, *, stop_at: float = 1e9
) -> list[tuple[float, Result]]:
    """Rows with their times, of one host of which each port answers as it says."""

    def network(_: str, port: int, attempt: int, now: float) -> Answer | None:
        return answer if isinstance(answer, Answer) else answer.get(port)

    kernel = FakeKernel(network)
    engine, schedule = engine_for(kernel, ListSource(["10.0.0.1"], range(1, ports + 1), timeout=1.0, retries=1))
    marking, out = Marking(AcceptsAll(engine.waiting), engine, schedule, kernel.clock), []
    for batch in engine.turns():
        out += [(kernel.now - START, row) for row in marking.apply(batch)]
        if kernel.now - START > stop_at:
            engine.stop()
    out += [(kernel.now - START, row) for row in marking.finish([], complete=not engine.stopped)]
    return out


@pytest.mark.parametrize("delay", [0.0002, 0.05, 0.3])
def test_a_middlebox_is_marked_at_every_port(delay: float) -> None:
    rows = scan(Answer(delay, "open"), 3000)
    assert len(rows) == 3000
    assert {row.doubt for _, row in rows} == {Doubt.ACCEPTS_EVERYTHING}


@pytest.mark.parametrize("delay", [0.0002, 0.05, 0.3])
@pytest.mark.parametrize("ports", [100, 2000])
def test_open_ports_among_silent_ones_are_not_marked(delay: float, ports: int) -> None:
    chosen = random.Random(ports).sample(range(1, ports + 1), 60)
    rows = scan({port: Answer(delay, "open") for port in chosen}, ports)
    assert Counter(row.state for _, row in rows) == {State.OPEN: 60, State.TIMEOUT: ports - 60}
    assert not [row for _, row in rows if row.doubt == Doubt.ACCEPTS_EVERYTHING]


def test_a_stopped_scan_marks_nothing_it_does_not_know() -> None:
    rows = scan({port: Answer(0.0002, "open") for port in range(1, 41)}, 1000, stop_at=0.02)
    assert [row.port for _, row in rows] == list(range(1, 41))
    assert not any(row.doubt for _, row in rows)


def test_open_rows_come_within_half_a_second() -> None:
    rows = scan({port: Answer(0.0002, "open") for port in range(1, 41)}, 1000)
    assert max(time for time, row in rows if row.state is State.OPEN) <= 0.55


def test_waiting_are_targets_not_sentinels() -> None:
    kernel = FakeKernel(lambda host, port, attempt, now: None)
    source = ListSource(["10.0.0.1", "10.0.0.2"], range(1, 11), timeout=1.0, retries=1)
    engine, _ = engine_for(kernel, source)
    turns = engine.turns()
    while kernel.now < START + 0.5:
        next(turns)
    waiting = list(engine.waiting())
    assert {(endpoint.place.address, endpoint.port) for endpoint, _ in waiting} == {
        (address, port) for address in ("10.0.0.1", "10.0.0.2") for port in range(1, 11)
    }
    assert all(START <= sent < kernel.now for _, sent in waiting)
    turns.close()  # type: ignore[attr-defined]


# Witnesses, and what is remembered


def _suspicious_host() -> OpenHost:
    """Twenty-two ports refused, then five were open in a row."""
    place = host(ports=60)
    watched = OpenHost(place, REQUEST, START)
    for port in range(1, 23):
        judged(place, port, State.REFUSED)
    for port in range(23, 28):
        watched.open(judged(place, port), START, START)
    watched.end_turn(START, [])
    watched.runs.known_shut([22, 21], [])
    assert watched.suspicious(START)
    assert sorted(watched.runs.ask(START)) == [21, 22]
    return watched


@pytest.mark.parametrize(("state", "vouched"), [(State.REFUSED, 5), (State.UNREACHABLE, 5), (State.ERROR, 0)])
def test_a_witness_that_could_not_be_asked_vouches_for_nothing(state: State, vouched: int) -> None:
    watched = _suspicious_host()
    for port in (21, 22):
        watched.heard(port, state)
    assert watched.follow_up(START) == []
    assert watched.kept.vouched == vouched


def test_hosts_that_are_forgotten_are_found_out_again() -> None:
    accepts = AcceptsAll(nobody, most_hosts=10)
    out = []
    for number in range(100):
        place = host(ports=30, number=number)
        out += accepts.apply([judged(place, port) for port in range(1, 21)], START + number)
    out += accepts.finish()
    assert Counter(row.doubt for row in out) == {Doubt.ACCEPTS_EVERYTHING: 2000}
