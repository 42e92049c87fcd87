"""Responders that others told of: asked first-hand where nobody else vouches, and nowhere else."""

import socket
from collections.abc import Iterable
from typing import cast

import pytest

from scanner.engine.schedule import Schedule
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.responders import OpenPort
from scanner.model import Endpoint, Place, Request, Result, State
from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from scanner.scanning.responder_choice import KnownResponder
from scanner.scanning.told_responders import ToldResponders
from tests.engine.listeners import full_backlog, listener, refused_port
from tests.scanning.plans import ListFeed, ListPlan


def place(last: int) -> Place:
    return Place(f"127.0.0.{last}", int(socket.AF_INET))


def probed(ports: list[int], told: list[KnownResponder]) -> tuple[list[Result], LocalProbing]:
    here, request = place(1), Request(timeout=0.5, retries=1)
    plan = ListPlan(ListFeed([Endpoint(here, port, (request,)) for port in ports]))
    probing = LocalProbing(plan, ScanOptions())
    probing.tell_of(told)
    return [row for rows in probing.batches() for row in rows], probing


def test_a_silence_that_nobody_vouches_for_is_beyond_doubt_once_a_told_one_answers() -> None:
    with full_backlog() as deaf, refused_port() as refused:
        (alone,), _ = probed([deaf], [])
        (told,), probing = probed([deaf], [KnownResponder(place(1), refused)])
    assert (alone.state, alone.doubt) == (State.TIMEOUT, "unverified")
    assert (told.state, told.doubt) == (State.TIMEOUT, "")
    assert (probing.headway.total, probing.headway.answering) == (1, 0)
    assert probing.evidence["timeouts"] == 1


def test_what_is_told_is_no_evidence_by_itself() -> None:
    with full_backlog() as deaf, full_backlog() as gone:
        (row,), probing = probed([deaf], [KnownResponder(place(1), gone)])
    assert (row.state, row.doubt) == (State.TIMEOUT, "unverified")
    assert probing.evidence["timeouts"] == 1


@pytest.mark.parametrize("last", [1, 77])
def test_nobody_is_asked_where_somebody_has_answered_or_nothing_is_probed(last: int) -> None:
    far = Place("127.7.0.1", int(socket.AF_INET))
    with listener() as opened, refused_port() as refused:
        rows, probing = probed(
            [opened, refused], [KnownResponder(place(last), refused, True), KnownResponder(far, refused, True)]
        )
    assert len(rows) == 2
    assert probing.headway.attempts == 2


class OneNetwork:
    """What the step needs of a schedule: one network, as it was heard so far, and what is asked."""

    def __init__(self) -> None:
        self.paths = self
        self.network: Network | None = None
        self.asked: list[Endpoint] = []

    def network_asked(self, place: Place) -> Network | None:
        return self.network

    def ask_first(self, endpoints: Iterable[Endpoint]) -> None:
        self.asked += endpoints


class Asking:
    """The step, a second from turn to turn."""

    def __init__(self, *told: KnownResponder) -> None:
        self._now = 0.0
        self.schedule = OneNetwork()
        self._step = ToldResponders(cast(Schedule, self.schedule), lambda: self._now)
        self._step.tell(told)

    def turn(self, state: State = State.TIMEOUT) -> list[int]:
        """Those that were asked in the turn before come to this; the last numbers of who is asked now."""
        self._now += 1.0
        asked, self.schedule.asked = self.schedule.asked, []
        assert self._step.apply([Result(each.place, each.port, each.requests[0], state, "") for each in asked]) == []
        return [int(each.place.address.rpartition(".")[2]) for each in self.schedule.asked]


def known(*lasts: int, refuses: bool = False) -> list[KnownResponder]:
    return [KnownResponder(place(last), 80, refuses) for last in lasts]


def test_two_are_asked_at_a_time_until_somebody_answers() -> None:
    asking = Asking(*known(1, 2), *known(3, 4, 5, refuses=True))
    assert asking.turn() == []  # nobody of their network was probed
    asking.schedule.network = Network()
    assert asking.turn() == [3, 4]
    assert all(each.requests[0].retries >= 2 for each in asking.schedule.asked)  # one lost packet decides nothing
    assert asking.turn() == [5, 1]
    asking.schedule.network.heard(1.0)
    assert asking.turn(State.OPEN) == []


def test_nobody_else_is_asked_while_an_answer_is_awaited() -> None:
    asking = Asking(*known(1, 2, 3))
    asking.schedule.network = Network()
    assert asking.turn() == [1, 2]
    asking.schedule.asked = []
    assert asking.turn() == []


def test_where_open_ports_alone_have_answered_one_that_refuses_is_asked() -> None:
    asking = Asking(*known(1, 2), *known(3, refuses=True))
    asking.schedule.network = network = Network()
    network.heard(1.0)
    network.responders.opens(OpenPort(Endpoint(place(9), 22, (Request(),)), 1, 1.0))
    assert asking.turn() == [3]
    assert asking.turn(State.REFUSED) == []


def test_where_somebody_refuses_nobody_is_asked() -> None:
    asking = Asking(*known(1, 2), *known(3, refuses=True))
    asking.schedule.network = network = Network()
    network.heard(1.0)
    network.responders.refuses(Endpoint(place(9), 22, (Request(),)))
    assert asking.turn() == []
