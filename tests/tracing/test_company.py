"""Targets that are traced together: who is told what, and what of that is shown."""

import pytest

from scanner.engine.flight.verdict import Verdict
from scanner.model import Endpoint, Place, Request, State
from scanner.tracing.company import Company
from scanner.tracing.hop_answers import FULL
from scanner.tracing.router_budget import Budget
from scanner.tracing.traced_target import Role, TracedTarget
from scanner.words.builtin_values import MOST_HOPS
from tests.tracing.ways import WAY, A, B, C, D, expired, tired


def company(*addresses: str, budget: Budget | None = None) -> Company:
    return Company([Endpoint(Place(address, 2), 22, (Request(),)) for address in addresses], 3, budget=budget)


def begun(company: Company, budget: Budget | None = None) -> list[TracedTarget]:
    active: list[TracedTarget] = []
    company.begin(active, lambda endpoint, role: TracedTarget(endpoint, role, MOST_HOPS, budget=budget))
    return active


def test_followers_are_told_by_the_first_ones_of_their_network() -> None:
    together = company(*(f"10.0.0.{host}" for host in range(1, 8)))
    active = begun(together)
    leaders, followers = active[:5], active[5:]
    together.tell(active, 0.0)
    assert all(target.route.held for target in followers)
    for target in leaders:
        while not target.route.done:
            for hop in target.route.due(100.0):
                if hop in WAY:
                    target.route.heard(hop, expired(WAY[hop]), 1.0, 100.0)
                else:
                    target.route.silent(hop, 3)
    together.tell(active, 100.0)
    assert [target.route.due(100.0) for target in followers] == [[FULL, 4, 5, 6, 7, 8]] * 2


def test_scouts_lead_where_the_leaders_know_nothing() -> None:
    together = company(*(f"10.0.{network}.1" for network in range(8)))
    active = begun(together)
    scouts = [target for target in active if target.role is Role.SCOUT]
    assert [target.route.due(100.0) for target in scouts] == [[FULL]] * 3
    for target in active[:5]:
        while not target.route.done:
            for hop in target.route.due(100.0):
                target.route.silent(hop, 3)
        assert target.end_if_done()
    together.tell(active, 100.0)
    assert [target.route.due(100.0) for target in scouts] == [[1, 2, 3, 4]] * 3


def played(addresses: dict[str, tuple[int, bool]], budget: Budget) -> dict[str, tuple[int | None, list[str | None]]]:
    """Ways of WAY that are silent behind a hop; whether they were asked within the budget, and heard. Their ends, and
    their hops."""
    together = company(*addresses)
    ways = begun(together, budget)
    for target in ways:
        if target.route.held:
            target.route.lead()
        last, heard = addresses[target.endpoint.place.address]
        while not target.route.done:
            for hop in target.route.due(100.0):
                if heard:
                    target.route.asked(hop, 100.0)
                if hop in WAY and hop <= last and heard:
                    target.route.heard(hop, expired(WAY[hop]), 1.0, 100.0)
                else:
                    target.route.silent(hop, 3)
    together.end(ways)
    return {
        target.endpoint.place.address: (target.route.end().hop, [hop.address for hop in target.route.findings.hops()])
        for target in together.silent()
    }


def test_it_is_taken_from_others_of_the_network_if_they_agree() -> None:
    ends = played({"10.0.0.1": (4, True), "10.0.0.2": (4, True), "10.0.0.3": (4, False)}, tired(1, 2, 3, 4))
    assert ends == dict.fromkeys(ends, (4, [A, B, C, D]))


def test_where_they_differ_nobody_knows() -> None:
    ends = played({"10.0.0.1": (4, True), "10.0.0.2": (2, True), "10.0.0.3": (4, False)}, tired(1, 2, 3, 4))
    assert [ends[address] for address in ("10.0.0.1", "10.0.0.2")] == [(4, [A, B, C, D]), (2, [A, B])]
    assert ends["10.0.0.3"] == (None, [])


def test_where_no_router_was_tired_it_is_silent_by_itself() -> None:
    """All its hops, whatever others say."""
    mixed = {f"10.0.0.{number}": (2 + 2 * (number % 2), True) for number in range(1, 5)}
    ends = played({**mixed, "10.0.0.9": (4, False)}, Budget())
    assert [ends[address][0] for address in mixed] == [4, 2, 4, 2]
    assert ends["10.0.0.9"] == (0, [])


@pytest.mark.parametrize(("rejects", "known"), [(1, 2), (5, None)])
def test_silence_behind_a_router_that_rejects_others_may_be_a_reject_that_it_had_no_answer_left_for(
    rejects: int, known: int | None
) -> None:
    budget = Budget()
    together = company("10.0.0.1", "10.0.0.2", budget=budget)
    rejected, silent = begun(together, budget)
    for number in range(rejects):
        budget.rejected(B, 0.1 * number)
    for target in (rejected, silent):
        while not target.route.done:
            for hop in target.route.due(100.0):
                if hop in (1, 2):
                    target.route.heard(hop, expired(WAY[hop]), 1.0, 0.5)
                elif hop == FULL and target is rejected:
                    target.route.heard(hop, Verdict(State.UNREACHABLE, "admin-prohibited", B), 1.0, 0.5)
                else:
                    target.route.silent(hop, 3)
    assert together.end([rejected, silent]) == [rejected]
    (told,) = together.silent()
    assert (told.route.end().state, told.route.end().hop) == (State.TIMEOUT, known)
