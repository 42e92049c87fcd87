"""Responders that others told of: asked first-hand where nobody else vouches, and nowhere else."""

import socket

import pytest

from scanner.model import Endpoint, Place, Request, Result, State
from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from tests.engine.listeners import full_backlog, listener, refused_port
from tests.scanning.plans import ListFeed, ListPlan


def place(last: int) -> Place:
    return Place(f"127.0.0.{last}", int(socket.AF_INET))


def probed(ports: list[int], told: list[tuple[Place, int]]) -> tuple[list[Result], LocalProbing]:
    here, request = place(1), Request(timeout=0.5, retries=1)
    plan = ListPlan(ListFeed([Endpoint(here, port, (request,)) for port in ports]))
    probing = LocalProbing(plan, ScanOptions())
    probing.tell_of(told)
    return [row for rows in probing.batches() for row in rows], probing


def test_a_silence_that_nobody_vouches_for_is_beyond_doubt_once_a_told_one_answers() -> None:
    with full_backlog() as deaf, refused_port() as refused:
        (alone,), _ = probed([deaf], [])
        (told,), probing = probed([deaf], [(place(1), refused)])
    assert (alone.state, alone.doubt) == (State.TIMEOUT, "unverified")
    assert (told.state, told.doubt) == (State.TIMEOUT, "")
    assert (probing.headway.total, probing.headway.answering) == (1, 0)
    assert probing.evidence["timeouts"] == 1


def test_what_is_told_is_no_evidence_by_itself() -> None:
    with full_backlog() as deaf, full_backlog() as gone:
        (row,), probing = probed([deaf], [(place(1), gone)])
    assert (row.state, row.doubt) == (State.TIMEOUT, "unverified")
    assert probing.evidence["timeouts"] == 1


@pytest.mark.parametrize("last", [1, 77])
def test_nobody_is_asked_where_somebody_has_answered_or_nothing_is_probed(last: int) -> None:
    far = Place("127.7.0.1", int(socket.AF_INET))
    with listener() as opened, refused_port() as refused:
        rows, probing = probed([opened, refused], [(place(last), refused), (far, refused)])
    assert len(rows) == 2
    assert probing.headway.attempts == 2
