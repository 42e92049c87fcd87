"""What was probed while names resolve: a verdict that is there, one that will be, one that is forgotten."""

import pytest

from scanner.model import Endpoint, Place, Request, Result, State
from scanner.targets.grammar.addresses import V4
from scanner.targets.space.probed_before import ProbedBefore, copy_for

LATE = Request("web", order=9)


def endpoint(number: int, port: int = 80) -> Endpoint:
    return Endpoint(Place(f"10.0.0.{number}", V4), port, (Request(order=number),))


def verdict(each: Endpoint, state: State = State.OPEN) -> Result:
    return Result(each.place, each.port, each.requests[0], state, "syn-ack", attempts=1)


def test_a_verdict_that_is_there_is_copied_at_once() -> None:
    before, one = ProbedBefore(), endpoint(1)
    before.sent([one])
    before.settled([verdict(one)])
    assert before.ask(("10.0.0.1", 80), LATE)
    assert [(row.request, row.state) for row in before.rows()] == [(LATE, State.OPEN)]
    assert not before.waiting


def test_a_verdict_that_will_be_is_waited_for_by_all_who_ask() -> None:
    before, one = ProbedBefore(), endpoint(1)
    before.sent([one])
    others = [Request(order=n) for n in range(3)]
    assert all(before.ask(("10.0.0.1", 80), request) for request in others)
    assert (before.rows(), before.waiting) == ([], True)
    before.forget()  # no name is left, but these rows are still owed
    assert before.waiting
    before.settled([verdict(one)])
    assert [row.request for row in before.rows()] == others
    assert not before.waiting


@pytest.mark.parametrize("key", [("10.0.0.2", 80), ("10.0.0.1", 81)])
def test_what_was_never_sent_is_not_known(key: tuple[str, int]) -> None:
    before = ProbedBefore()
    before.sent([endpoint(1)])
    assert not before.ask(key, LATE)
    assert (before.rows(), before.waiting) == ([], False)


def test_the_older_half_is_forgotten_when_the_younger_is_full() -> None:
    before = ProbedBefore(half=3)
    for number in range(8):
        before.sent([endpoint(number)])
        before.settled([verdict(endpoint(number))])
    known = [number for number in range(8) if before.ask((f"10.0.0.{number}", 80), LATE)]
    assert known == [3, 4, 5, 6, 7]


def test_a_copy_has_the_verdict_and_what_its_own_entry_says() -> None:
    """Whether it is as that one expects is found out later, in the pipeline; the first row's mark is not its own."""
    one = endpoint(1)
    first = Result(
        *(one.place, 80, one.requests[0], State.REFUSED, "why", "10.9.9.9", 1.5, 3, "then", "lossy"),
        met=False,
        lost_syns=2,
    )
    copy = copy_for(first, Request("web", expect="refused"))
    assert (copy.host, copy.expect, copy.met) == ("web", "refused", None)
    same = ("place", "port", "state", "reason", "icmp_from", "rtt_ms", "attempts", "time", "doubt", "lost_syns")
    assert [getattr(copy, name) for name in same] == [getattr(first, name) for name in same]
