"""The decisions behind a trace, as scenarios: who answered which hop, and where it then says that it stops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.flight.verdict import OPEN, OPEN_RESET, REFUSED, Verdict, local_error
from scanner.model import End, Hop, State
from scanner.tracing.hop_answers import FULL
from scanner.tracing.route import ATTEMPTS, Route
from scanner.words.builtin_values import MOST_HOPS

TARGET = "192.0.2.99"


def router(hop: int) -> str:
    return f"192.0.2.{hop}"


def expired(hop: int) -> Verdict:
    """What the router at this hop says of a packet that ends with it."""
    return Verdict(State.UNREACHABLE, "time-exceeded", router(hop))


def rejected(sender: str) -> Verdict:
    return Verdict(State.UNREACHABLE, "admin-prohibited", sender)


def trace(answers: dict[int, Verdict], *, most: int = MOST_HOPS, attached: bool = False) -> tuple[Route, list[int]]:
    """Plays a way on which every probe is answered at once, or never; the route at its end, and what was asked."""
    route, now, asked = Route(TARGET, most, attached=attached), 0.0, list[int]()
    while not route.done:
        hops = route.due(now)
        asked += hops
        for hop in hops:
            route.asked(hop, now)
            if hop in answers:
                route.heard(hop, answers[hop], 1.0 * hop, now)
            else:
                attempts = 1
                while route.silent(hop, attempts):
                    attempts += 1
                assert attempts <= ATTEMPTS
        now += min(route.delay(now), 1.0)
        assert now < 100
    return route, asked


def ways(route: Route) -> list[str | None]:
    return [hop.address for hop in route.findings.hops()]


@pytest.mark.parametrize("verdict", [OPEN, OPEN_RESET, REFUSED])
def test_reached(verdict: Verdict) -> None:
    route, asked = trace({FULL: verdict, 1: expired(1), 2: expired(2), 3: verdict, 4: verdict})
    assert route.end() == End(verdict.state, verdict.reason, "", 3)
    assert route.findings.hops() == (Hop(1, router(1), "", 1.0), Hop(2, router(2), "", 2.0), Hop(3, TARGET, "", 3.0))
    assert asked == [FULL, 1, 2, 3, 4], "a target that answers sees few connections"


def test_silent_hops_stay_in_their_place() -> None:
    route, _ = trace({FULL: OPEN, 2: expired(2), 4: OPEN})
    assert ways(route) == [None, router(2), None, TARGET]


def test_silence_is_told_by_the_last_hop_that_answered() -> None:
    route, asked = trace({1: expired(1), 3: expired(3)})
    assert route.end() == End(State.TIMEOUT, "no-response", "", 3)
    assert ways(route) == [router(1), None, router(3)]
    assert asked == list(range(MOST_HOPS + 1))


def test_nobody_answers() -> None:
    route, _ = trace({})
    assert route.end() == End(State.TIMEOUT, "no-response", "", 0)
    assert route.findings.hops() == ()


def test_a_lost_full_probe_does_not_make_an_answering_target_silent() -> None:
    route, asked = trace({1: expired(1), **dict.fromkeys(range(2, MOST_HOPS + 1), REFUSED)})
    assert route.end() == End(State.REFUSED, "conn-refused", "", 2)
    assert max(asked) == 8, "a few more bear it out"


def test_rate_limited_routers_do_not_make_an_answering_target_silent() -> None:
    answers = dict.fromkeys(range(6, MOST_HOPS + 1), OPEN)
    route, _ = trace({FULL: OPEN, **answers})
    assert route.end() == End(State.OPEN, "syn-ack", "", 6)
    assert ways(route) == [None] * 5 + [TARGET]


def test_farther_away_than_was_looked() -> None:
    route, asked = trace({FULL: OPEN, 1: expired(1), 2: expired(2)}, most=2)
    assert route.end() == End(State.OPEN, "syn-ack", "", None, 2)
    assert asked == [FULL, 1, 2]


def test_a_router_checks_the_hop_limit_before_its_filter() -> None:
    """So router 2 says "expired" to what was allowed two hops, and rejects what was allowed three."""
    no = rejected(router(2))
    route, asked = trace({FULL: no, 1: expired(1), 2: expired(2), 3: no, 4: no})
    assert route.end() == End(State.UNREACHABLE, "admin-prohibited", router(2), 2)
    assert ways(route) == [router(1), router(2)]
    assert max(asked) == 4


@pytest.mark.parametrize("first", [2, 3, 5])
def test_a_sender_that_never_expired_anything_has_no_known_place(first: int) -> None:
    """It may be the hop in the gap, the one before it by another of its addresses, or the one behind."""
    no = rejected("198.51.100.1")
    route, _ = trace({FULL: no, 1: expired(1), **dict.fromkeys(range(first, MOST_HOPS + 1), no)})
    assert route.end() == End(State.UNREACHABLE, "admin-prohibited", "198.51.100.1", None)
    assert ways(route) == [router(1)]


def test_a_sender_beyond_which_packets_expired_has_no_known_place() -> None:
    """Router 3 forwards its own address into the network behind it, where the target rejects."""
    no = rejected(router(3))
    route, _ = trace({FULL: no, **{hop: expired(hop) for hop in (1, 2, 3, 4)}, **dict.fromkeys(range(5, 9), no)})
    assert route.end() == End(State.UNREACHABLE, "admin-prohibited", router(3), None)
    assert ways(route) == [router(hop) for hop in (1, 2, 3, 4)]


def test_a_sender_that_expired_at_two_hops_has_no_known_place() -> None:
    no = rejected(router(2))
    route, _ = trace({FULL: no, 1: expired(1), 2: expired(2), 3: expired(2), 4: no, **dict.fromkeys(range(5, 9), no)})
    assert route.end().hop is None


def test_a_router_that_rejects_what_should_expire_is_no_end() -> None:
    """Router 2 says host-unreach to what ends there. Nothing else is known of it than that it stands at hop 2."""
    odd = Verdict(State.UNREACHABLE, "host-unreach", router(2))
    answers = {1: expired(1), 2: odd, 3: expired(3), 4: expired(4)}
    route, asked = trace(answers)
    assert route.end() == End(State.TIMEOUT, "no-response", "", 4)
    assert ways(route) == [router(1), router(2), router(3), router(4)]
    assert max(asked) == MOST_HOPS
    route, _ = trace({**answers, FULL: OPEN, **dict.fromkeys(range(5, 9), OPEN)})
    assert route.end() == End(State.OPEN, "syn-ack", "", 5)
    assert ways(route) == [router(1), router(2), router(3), router(4), TARGET]


def test_a_reject_that_nothing_went_past_is_the_end_though_the_unlimited_probe_was_silent() -> None:
    """As routers answer only so many."""
    odd = Verdict(State.UNREACHABLE, "host-unreach", router(2))
    route, _ = trace({1: expired(1), 2: expired(2), **dict.fromkeys((3, 4, 7), odd)})
    assert route.end() == End(State.UNREACHABLE, "host-unreach", router(2), 2)


def test_a_reject_beyond_which_all_is_silent_is_no_end() -> None:
    """What is rejected for good would be so at larger limits, too. Routers 3 and 4 say nothing."""
    odd = Verdict(State.UNREACHABLE, "host-unreach", router(2))
    route, _ = trace({1: expired(1), 2: odd})
    assert route.end() == End(State.TIMEOUT, "no-response", "", 2)
    assert ways(route) == [router(1), router(2)]


def test_a_reject_that_was_passed_is_shown_where_it_was_met_first() -> None:
    """One of several ways that share the load rejects: its hop is none beyond that."""
    no = rejected("198.51.100.7")
    answers = {1: expired(1), 2: expired(2), 3: expired(3), **dict.fromkeys((4, 5, 7), no)}
    route, _ = trace({FULL: OPEN, **answers, **dict.fromkeys((6, 8), OPEN)})
    assert ways(route) == [router(1), router(2), router(3), "198.51.100.7", None, TARGET]


def test_where_larger_limits_stay_silent_nobody_knows_where_the_target_stands() -> None:
    """Router 2 resets, in its name, what should expire; routers 3 and 4 say nothing; it refuses, too, at hop 5."""
    refused = dict.fromkeys((FULL, 2, *range(5, 9)), REFUSED)
    route, _ = trace({1: expired(1), **refused})
    assert route.end() == End(State.REFUSED, "conn-refused", "", None)
    assert TARGET not in ways(route)


@pytest.mark.parametrize("verdict", [OPEN, None], ids=["open", "silent"])
def test_a_reset_in_the_targets_name_for_low_limits_is_no_end(verdict: Verdict | None) -> None:
    answers = {1: expired(1), 2: REFUSED, 3: expired(3), 4: expired(4)}
    if verdict is not None:
        answers |= {FULL: verdict, 5: verdict, 6: verdict, 7: verdict, 8: verdict}
    route, _ = trace(answers)
    way = [router(1), None, router(3), router(4)]
    if verdict is None:
        assert (route.end(), ways(route)) == (End(State.TIMEOUT, "no-response", "", 4), way)
    else:
        assert (route.end(), ways(route)) == (End(State.OPEN, "syn-ack", "", 5), [*way, TARGET])


def test_nor_where_the_target_refuses_as_well() -> None:
    refused = dict.fromkeys((FULL, 2, 5, 6, 7, 8), REFUSED)
    route, _ = trace({1: expired(1), 3: expired(3), 4: expired(4), **refused})
    assert route.end() == End(State.REFUSED, "conn-refused", "", 5)


def test_nor_where_all_beyond_is_silent() -> None:
    """Limits of 1 and 2 are reset; nothing else answers, the unlimited probe least of all."""
    route, _ = trace({1: REFUSED, 2: REFUSED})
    assert route.end().state is State.TIMEOUT


def test_a_reject_by_the_target_itself() -> None:
    no = rejected(TARGET)
    route, _ = trace({FULL: no, 1: expired(1), **dict.fromkeys(range(2, MOST_HOPS + 1), no)})
    assert (route.end().hop, ways(route)) == (2, [router(1), TARGET])


def test_an_address_that_comes_back_is_no_circle_where_the_unlimited_probe_did_not_expire() -> None:
    """Ways of unequal length that share the load; the hop that answers farther on is not lost."""
    answers = {1: expired(1), 2: expired(2), 3: expired(5), 4: expired(6), 5: expired(5), 6: expired(6), 7: expired(7)}
    route, asked = trace(answers)
    assert route.end() == End(State.TIMEOUT, "no-response", "", 7)
    assert ways(route)[-1] == router(7)
    assert max(asked) == MOST_HOPS


def test_a_router_that_expires_everything_is_shown_once() -> None:
    """It sets the hop limit to 1, or is handed packets that have none left."""
    answers = {hop: expired(min(hop, 3)) for hop in range(1, MOST_HOPS + 1)}
    route, asked = trace({FULL: expired(3), **answers})
    assert route.end() == End(State.UNREACHABLE, "time-exceeded", router(3), 3)
    assert ways(route) == [router(1), router(2), router(3)]
    assert max(asked) < MOST_HOPS, "three of its kind are enough"


def test_a_hop_that_only_repeats_itself_is_the_last_one_once() -> None:
    route, _ = trace({1: expired(1), 2: expired(2), 3: expired(2), 5: expired(2)})
    assert route.end() == End(State.TIMEOUT, "no-response", "", 2)
    assert ways(route) == [router(1), router(2)]


def test_a_hop_that_is_shown_twice_on_the_way_stays() -> None:
    """Router 2 forwards what has no hops left, and router 3 expires it in its place."""
    route, _ = trace({1: expired(1), 2: expired(3), 3: expired(3), 4: expired(4)})
    assert ways(route) == [router(1), router(3), router(3), router(4)]


def test_a_circle_ends_the_way_where_it_closes() -> None:
    answers = {hop: expired(2 + hop % 2) for hop in range(2, MOST_HOPS + 1)}
    route, asked = trace({FULL: expired(3), 1: expired(1), **answers})
    assert (route.end().state, route.end().reason, route.end().icmp_from) == (
        State.UNREACHABLE, "time-exceeded", router(3),
    )  # fmt: skip
    assert ways(route) == [router(1), router(2), router(3), router(2)]
    assert max(asked) == 4


@pytest.mark.parametrize(
    "verdict", [local_error(101), Verdict(State.UNREACHABLE, "host-unreach", "")], ids=["no route", "no neighbour"]
)
def test_this_host_itself_says_no(verdict: Verdict) -> None:
    route, _ = trace({FULL: verdict})
    assert route.end() == End(verdict.state, verdict.reason, "", 0)
    assert route.findings.hops() == ()


def test_a_neighbour_that_does_not_answer_is_asked_one_hop_only() -> None:
    route, asked = trace({}, attached=True)
    assert route.end() == End(State.TIMEOUT, "no-response", "", 0, max(asked))
    assert max(asked) <= 4


def test_a_way_that_was_stopped_claims_no_silence() -> None:
    route = Route(TARGET)
    route.due(0.0)
    route.heard(1, expired(1), 1.0, 0.0)
    assert not route.done
    assert route.end() == End(None, "", "", 1)


def test_waves_leave_early_where_answers_are_quick() -> None:
    route = Route(TARGET)
    assert route.due(0.0) == [0, 1, 2, 3, 4]
    assert route.due(0.0) == []
    assert route.delay(0.0) == pytest.approx(0.4)
    for hop in (1, 2, 4):
        route.heard(hop, expired(hop), 50.0, 0.0)
    assert route.delay(0.0) == pytest.approx(0.15), "three of the round trips seen"
    assert route.due(0.16) == [5, 6, 7, 8]
    for hop in (3, 5, 6, 7, 8):
        route.heard(hop, expired(hop), 50.0, 0.0)
    assert route.due(0.16) == list(range(9, 17)), "all answered: nothing to wait for"


def test_only_answers_that_may_still_tell_something_matter() -> None:
    route = Route(TARGET)
    route.due(0.0)
    route.heard(2, OPEN, 1.0, 0.0)
    assert [route.matters(hop) for hop in (FULL, 1, 2, 3)] == [True] * 4, "router 3 may yet disprove it"
    route.heard(FULL, OPEN, 1.0, 0.0)
    assert [route.matters(hop) for hop in (FULL, 1, 2, 3, 4, 5)] == [True] * 5 + [False], "two bear it out"
    assert not route.silent(5, 1)


verdicts = st.sampled_from(
    [OPEN, OPEN_RESET, REFUSED, local_error(13), Verdict(State.UNREACHABLE, "host-unreach", "")]
    + [rejected(sender) for sender in (TARGET, router(1), router(2), router(7), "198.51.100.1")]
    + [expired(hop) for hop in (1, 2, 3, 7, 30)]
)


@given(st.dictionaries(st.integers(0, MOST_HOPS), verdicts, max_size=12), st.integers(1, MOST_HOPS), st.booleans())
def test_any_answers_come_to_an_end(answers: dict[int, Verdict], most: int, attached: bool) -> None:
    route, asked = trace(answers, most=most, attached=attached)
    assert max(asked) <= most
    assert len(asked) == len(set(asked))
    hops, end = route.findings.hops(), route.end()
    assert [hop.hop for hop in hops] == list(range(1, len(hops) + 1))
    assert len(hops) <= most
    assert end.state is not None
    assert end.hop is None or 0 <= end.hop <= most
    if end.state in (State.OPEN, State.REFUSED):
        assert any(answers.get(hop, local_error(1)).state is end.state for hop in asked)
    if end.state is State.TIMEOUT:
        assert FULL not in answers
        assert end.hop == len(hops)
        assert not end.hop or hops[end.hop - 1].address
