"""New neighbours are let out as far as the kernel's table has room; its size is read from what Linux shows."""

import ipaddress
import socket
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path as File

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.flight.verdict import Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.machine.neighbour_table import table_size
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import Answer, FakeKernel, ListSource, engine_for, located

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)
NETWORK = ipaddress.ip_network("10.1.0.0/16")
REQUESTS = (Request(),)
NEAR, FAR = Path(1, attached=True), Path(1)
ASKING_S = 3.2


def host(number: int) -> Place:
    return Place(str(NETWORK[number]), V4)


def trial(place: Place, port: int = 1, path: Path = NEAR) -> Trial:
    return Trial(Endpoint(place, port, REQUESTS), located(path))


def gate(limit: int) -> Neighbours:
    """A gate whose table has room for this many at once; 16 is the least."""
    made, same = (Neighbours([NETWORK], table=round(limit / 0.6) + 1) for _ in range(2))
    leave = [not same.hold(trial(host(n)), 0.0) for n in range(limit + 1)]
    assert leave == [True] * limit + [False]
    return made


def test_as_many_leave_as_there_is_room_for() -> None:
    table = gate(60)
    assert [table.hold(trial(host(n)), 0.0) for n in range(100)] == [False] * 60 + [True] * 40
    assert len(table) == 40
    assert table.release(3.19, 100) == []
    assert table.delay(3.0) == pytest.approx(0.2)
    assert len(table.release(3.21, 100)) == 40
    assert len(table) == 0
    assert table.delay(3.21) == float("inf")


def test_a_small_network_is_never_held_up() -> None:
    table = Neighbours([NETWORK])
    places = [host(n) for n in range(600)]
    assert not any(table.hold(trial(place, port), 0.0) for port in range(50) for place in places)


def test_who_answered_takes_no_room() -> None:
    table = gate(16)
    places = [host(n) for n in range(16)]
    for place in places:
        table.hold(trial(place), 0.0)
    assert table.hold(trial(host(20)), 0.0)
    assert table.delay(0.0) > 0
    table.answered(places[3])
    assert table.delay(0.0) == 0.0
    assert [each.endpoint.place.address for each in table.release(0.0, 9)] == [host(20).address]
    assert not table.hold(trial(places[3], 2), 0.0), "its entry is resolved"


def test_nobody_new_overtakes_those_who_wait() -> None:
    table = gate(16)
    places = [host(n) for n in range(18)]
    for place in places[:17]:
        table.hold(trial(place), 0.0)
    table.answered(places[0])  # there is room for one, and the seventeenth waits for it
    assert table.hold(trial(places[17]), 0.1)
    assert [each.endpoint.place for each in table.release(0.1, 9)] == [places[16]]


def test_who_is_asked_for_anew_takes_room_from_then_on() -> None:
    """The first query ended early, with the answer that nobody is there; the second lasts until 4.2 s."""
    table = gate(16)
    trials = [trial(host(n)) for n in range(16)]
    for each in trials:
        table.hold(each, 0.0)
    trials[3].verdict = Verdict(State.UNREACHABLE, "host-unreach")
    table.heard([trials[3]])
    assert not table.hold(trial(trials[3].endpoint.place, 2), 1.0)
    assert [table.hold(trial(host(n)), 3.3) for n in range(20, 36)] == [False] * 15 + [True]
    assert len(table.release(4.1, 9)) == 0
    assert len(table.release(4.3, 9)) == 1


ADDRESS, ROUTER = "10.1.0.3", "10.1.0.254"


@pytest.mark.parametrize(
    ("verdict", "there", "room"),
    [
        (Verdict(State.OPEN, "syn-ack"), True, True),
        (Verdict(State.REFUSED, "conn-refused"), True, True),
        (Verdict(State.UNREACHABLE, "port-unreach", ADDRESS), True, True),  # its own firewall: it is there
        (Verdict(State.UNREACHABLE, "admin-prohibited", ROUTER), False, True),  # a router's word says nothing about it
        (
            Verdict(State.UNREACHABLE, "host-unreach"),
            False,
            True,
        ),  # this host's own word: nobody is there, the query is over
        (None, False, False),  # silence: the kernel may still be asking
    ],
)
def test_who_is_there_by_what_was_answered(verdict: Verdict | None, there: bool, room: bool) -> None:
    """Sixteen are asked for, one of them is judged: may a seventeenth be asked for, and that one again without room?"""
    table = gate(16)
    trials = [trial(host(n)) for n in range(16)]
    for each in trials:
        table.hold(each, 0.0)
    judged = trials[3]
    judged.verdict = verdict
    table.heard([judged])
    assert table.hold(trial(host(20)), 0.0) is not room
    again = table.hold(trial(judged.endpoint.place, 2), 0.0)
    assert again is not (there or verdict is None)


def test_more_probes_to_a_host_that_is_asked_for_take_no_more_room() -> None:
    table = gate(16)
    place = host(1)
    assert not any(table.hold(trial(place, port), 0.1 * port) for port in range(30))
    assert not any(table.hold(trial(host(n)), 2.9) for n in range(2, 17))
    assert table.hold(trial(host(17)), 2.9)


def test_who_was_asked_for_long_ago_takes_room_again() -> None:
    table = gate(16)
    places = [host(n) for n in range(17)]
    for place in places[:16]:
        table.hold(trial(place), 0.0)
    assert not table.hold(trial(places[16]), 3.5)
    assert [table.hold(trial(place), 3.6) for place in places[:16]] == [False] * 15 + [True]


def test_hosts_elsewhere_are_none_of_its_business() -> None:
    table = gate(16)
    for n in range(40):
        table.hold(trial(host(n)), 0.0)
    assert not any(table.hold(trial(Place(f"192.0.2.{n}", V4), path=FAR), 0.0) for n in range(40))


def test_room_of_the_caller_is_kept() -> None:
    table = gate(16)
    for n in range(40):
        table.hold(trial(host(n)), 0.0)
    assert len(table.release(5.0, 3)) == 3
    assert table.release(5.0, 0) == []
    assert len(table.release(5.0, 99)) == 13


@pytest.mark.parametrize(
    ("address", "family", "attached"),
    [
        ("10.1.0.0", V4, True), ("10.1.255.255", V4, True), ("10.0.255.255", V4, False), ("10.2.0.0", V4, False),
        ("fd00::1", V6, True), ("fd01::1", V6, False), ("::10.1.0.1", V6, False),
    ],
)  # fmt: skip
def test_attached(address: str, family: int, attached: bool) -> None:
    table = Neighbours([NETWORK, ipaddress.ip_network("fd00::/64")])
    assert table.attached(Place(address, family)) is attached


def test_what_leads_elsewhere_is_never_held_up() -> None:
    """A VPN's network lies inside the attached one; within it, a network that is attached after all."""
    elsewhere, near = ipaddress.ip_network("10.1.64.0/18"), ipaddress.ip_network("10.1.70.0/24")
    table = Neighbours([NETWORK, near], elsewhere=[elsewhere])
    where = {text: table.attached(Place(f"10.1.{text}", V4)) for text in ("63.255", "64.0", "70.0", "70.255", "71.0")}
    assert where == {"63.255": True, "64.0": False, "70.0": True, "70.255": True, "71.0": False}
    assert table.attached(Place("10.1.128.0", V4))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("probe"), st.integers(0, 60)),
        st.tuples(st.just("many"), st.integers(0, 60)),
        st.tuples(st.just("answer"), st.integers(0, 60)),
        st.tuples(st.just("pause"), st.integers(0, 400)),
        st.tuples(st.just("release"), st.integers(0, 20)),
    ),
    max_size=80,
)


class Kernel:
    """Which addresses are being asked for: each from its first probe on, until it answers or 3.2 s are over."""

    def __init__(self) -> None:
        self.asked: dict[Place, float] = {}
        self.answered: set[Place] = set()

    def probe(self, place: Place, now: float) -> None:
        if place not in self.answered and not self._asking(place, now):
            self.asked[place] = now
        asking = sum(self._asking(each, now) for each in self.asked if each not in self.answered)
        assert asking <= 16, f"{asking} entries at once"

    def _asking(self, place: Place, now: float) -> bool:
        return place in self.asked and now - self.asked[place] < ASKING_S - 1e-9


@settings(deadline=None)
@given(steps=STEPS)
def test_the_table_never_overflows_and_nobody_is_lost(steps: list[tuple[str, int]]) -> None:
    table, kernel, places = gate(16), Kernel(), [host(n) for n in range(130)]
    now, port, out = 0.0, 0, []
    waiting: deque[int] = deque()

    def leave(each: Trial) -> None:
        kernel.probe(each.endpoint.place, now)
        out.append(each.endpoint.port)

    def probe(place: Place) -> None:
        nonlocal port
        port += 1
        each = trial(place, port)
        if table.hold(each, now):
            waiting.append(port)
        else:
            leave(each)

    def release(room: int) -> None:
        for each in table.release(now, room):
            assert each.endpoint.port == waiting.popleft()
            leave(each)

    for what, number in steps:
        if what == "probe":
            probe(places[number])
        elif what == "many":
            for place in places[number : number + 40]:
                probe(place)
        elif what == "answer" and places[number] in kernel.asked:
            kernel.answered.add(places[number])
            table.answered(places[number])
        elif what == "pause":
            now += number / 100
        else:
            release(number)
    for _ in range(1000):
        if not len(table):
            break
        wait = table.delay(now)
        assert wait <= ASKING_S + 1e-9
        now += wait + 1e-6
        held = len(table)
        release(1000)
        assert len(table) < held, "delay() was too short"
    assert sorted(out) == list(range(1, port + 1))


# With the engine


def played(answer: Callable[[str], Answer | None], *, hosts: int, ports: int) -> tuple[int, dict[State, int]]:
    """The most neighbours that a kernel asks for at once, and the rows by state."""
    asked: dict[str, float] = {}
    most = 0

    def network(at: str, port: int, attempt: int, now: float) -> Answer | None:
        nonlocal most
        found = answer(at)
        if found is not None and found.kind == "rst":
            return found
        if now - asked.get(at, -9.0) >= 3.07:
            asked[at] = now
        most = max(most, sum(now - since < 3.07 for since in asked.values()))
        return found

    source = ListSource([host(n).address for n in range(hosts)], range(1, ports + 1), timeout=4.0, retries=0)
    table = Neighbours([NETWORK], table=100)
    engine, _ = engine_for(FakeKernel(network), source, neighbours=table)
    rows = [row for batch in engine.turns() for row in batch]
    return most, Counter(row.state for row in rows)


def test_a_host_that_nobody_found_is_asked_for_again_at_its_next_port() -> None:
    """It has a verdict, host-unreach after three requests, but that is not an answer."""
    most, states = played(lambda at: Answer(3.07, "host-unreach"), hosts=200, ports=3)
    assert states == {State.UNREACHABLE: 600}
    assert most <= 60


def test_live_hosts_do_not_wait_for_dead_ones_for_ever() -> None:
    most, states = played(lambda at: Answer(0.001, "rst") if at.endswith("7") else None, hosts=200, ports=2)
    assert states == {State.REFUSED: 40, State.TIMEOUT: 360}
    assert most <= 60


# What Linux shows


def sizes(folder: File, **families: str) -> int:
    for family, text in families.items():
        file = folder / family / "neigh" / "default" / "gc_thresh3"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return table_size(str(folder))


def test_the_smaller_table_counts(tmp_path: File) -> None:
    assert sizes(tmp_path, ipv4="4096\n", ipv6="512\n") == 512


def test_one_family_only(tmp_path: File) -> None:
    assert sizes(tmp_path, ipv4="8192\n") == 8192


def test_this_machine_can_be_asked() -> None:
    assert table_size() > 0


@pytest.mark.parametrize("text", ["", "\n", "many\n", "-1\n"])
def test_a_table_that_does_not_say(tmp_path: File, text: str) -> None:
    assert sizes(tmp_path, ipv4=text) == 1024
