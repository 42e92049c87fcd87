"""Eras and cohorts in numbers: when one is dead, whole or over, and what its probes met."""

import pytest

from scanner.engine.truth.cohorts import Cohort, Era, Witnesses
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.sending import Stretch
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

START = 100.0


def era(lost: int, n: int) -> Era:
    return Era(lost, n)


def cohort(count: int, *, lost: int = 0, target: int = 60, of: Era | None = None) -> Cohort:
    """A cohort opened at START, with this many sentinels."""
    made = Cohort(of or Era(), START, target)
    made.count = count
    for port in range(lost):
        made.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, (Request(),)))
    return made


@pytest.mark.parametrize(
    ("lost", "n", "dead"),
    [
        (23, 23, False),  # it takes two small cohorts at least
        (24, 24, True),
        (22, 24, True),
        (21, 24, False),
        (54, 60, True),
        (53, 60, False),  # something still comes through: probing again is not hopeless
        (30, 60, False),
    ],
)
def test_an_era_is_dead_when_nine_of_ten_fall_silent(lost: int, n: int, dead: bool) -> None:
    assert era(lost, n).dead is dead


@pytest.mark.parametrize(
    ("count", "target", "after", "whole", "ripe"),
    [
        (59, 60, 0.0, False, False),
        (60, 60, 0.0, True, True),
        (23, 23, 0.0, True, True),  # a small path wants fewer
        (59, 60, 0.29, False, False),
        (13, 60, 0.31, False, True),  # a dozen will do when they are long in coming
        (11, 60, 0.31, False, False),
        (11, 60, 0.9, False, False),
        (11, 60, 0.99, False, False),
        (0, 60, 1.0, False, True),  # another moment
        (12, 60, 0.0, False, False),
        (61, 60, 0.0, True, True),
    ],
)
def test_a_cohort_ends_whole_or_after_a_dozen_and_a_while(
    count: int, target: int, after: float, whole: bool, ripe: bool
) -> None:
    gathered = cohort(count, target=target)
    assert (gathered.whole, gathered.ripe(START + after)) == (whole, ripe)


@pytest.mark.parametrize(
    ("of_era", "own", "loss"),
    [
        ((0, 600), (0, 60), 0.00083),  # as clean as the rest
        ((60, 600), (0, 12), 0.11294),  # that it lost none itself says less than the era does
        ((0, 600), (20, 60), 0.39655),  # a burst: its probes met it, whatever the average says
        ((60, 600), (1, 60), 0.11294),  # it lost less than the average: that is luck
    ],
)
def test_what_the_probes_of_a_cohort_met(of_era: tuple[int, int], own: tuple[int, int], loss: float) -> None:
    lost, count = own
    assert round(cohort(count, lost=lost, of=era(*of_era)).loss(), 5) == loss


ABOVE = 128.0  #: from here on quarters and halves of seconds are exact, unlike tenths from START on


def network(*, parent: Network | None = None) -> Network:
    made = Network()
    made.parent = parent
    return made


def opened(count: int = 0, target: int = 60, of: Era | None = None) -> Cohort:
    """A cohort opened at ABOVE."""
    made = Cohort(of or Era(), ABOVE, target)
    made.count = count
    return made


def test_one_that_nothing_is_said_of_is_empty_and_begins_at_zero() -> None:
    made = Cohort(Era())
    assert (made.opened, made.target, made.count, made.outstanding, made.changed, made.noes) == (0.0, 0, 0, 0, 0, 0)
    assert (made.moment, made.lost, made.measured, made.sending.sent) == (1.0, 0, 0, 0)
    assert not any((made.thorough, made.awaited, made.closed, made.evaluated))
    assert (Era().lost, Era().n, Era().known) == (0, 0, 0)
    stretch = Stretch(5)
    assert Cohort(Era(), sending=stretch).sending is stretch


def test_an_era_knows_of_those_that_were_evaluated_and_of_later_answers() -> None:
    made = era(3, 20)
    for nth in (1, 2, 2):
        made.later.hit(nth)
    assert made.known == 20 + 5
    made.acted_on()
    assert made.known == 20
    made.counts(2, 10)
    made.counts(-1, -3)
    assert (made.lost, made.n) == (4, 27)


def test_a_network_vouches_for_itself_and_for_its_hosts_that_were_not_asked() -> None:
    witnesses, parent = Witnesses(), network()
    host, other = network(parent=parent), network()
    assert not any(map(witnesses.vouch_for, (host, parent, other)))
    witnesses.vouched.add(parent)
    assert [witnesses.vouch_for(each) for each in (host, parent, other)] == [True, True, False]
    witnesses.asked.add(host)
    assert not witnesses.vouch_for(host)
    witnesses.vouched.add(host)
    assert witnesses.vouch_for(host)


@pytest.mark.parametrize(("count", "after"), [(60, 0.0), (12, 0.3), (12, 0.99)])
def test_a_cohort_stays_open_while_a_network_is_to_be_asked_but_not_for_long(count: int, after: float) -> None:
    waiting = cohort(count)
    assert waiting.ripe(START + after + 0.001)
    waiting.noted(network(), 0.5)
    assert not waiting.ripe(START + after)
    assert waiting.ripe(START + 1.0)


@pytest.mark.parametrize(
    ("count", "after", "due"),
    [(60, 0.0, True), (59, 0.0, False), (59, 0.29, False), (0, 0.3125, True), (59, 1.0, True), (59, 1.001, False)],
)
def test_networks_are_asked_when_a_sentinel_of_their_own_did_not_come_by_itself(
    count: int, after: float, due: bool
) -> None:
    waiting = opened(count)
    assert not waiting.due(ABOVE + after), "nobody is to be asked"
    waiting.noted(network(), 0.5)
    assert waiting.due(ABOVE + after) is due
    waiting.close()
    assert not waiting.due(ABOVE + after)


def test_a_while_is_over_at_three_tenths_of_a_second() -> None:
    begun = Cohort(Era(), 0.0, 60)
    begun.count = 12
    assert begun.ripe(0.3)
    begun.noted(network(), 0.5)
    assert begun.due(0.3)


def test_whose_trials_wait_is_asked_at_once() -> None:
    waiting = opened(0)
    waiting.noted(network(), 0.5)
    waiting.awaits(True)
    assert waiting.due(ABOVE)
    waiting.awaits(False)
    assert not waiting.due(ABOVE)


@pytest.mark.parametrize(("patience", "moment"), [(0.5, 1.0), (0.75, 1.0), (2.0, 2.25), (4.0, 4.25)])
def test_its_moment_is_over_when_its_probes_are_no_longer_waited_for(patience: float, moment: float) -> None:
    sent = opened()
    sent.noted(network(), patience)
    sent.noted(network(), 0.1)
    assert sent.moment == moment
    assert not sent.late(ABOVE + moment)
    assert sent.late(ABOVE + moment + 0.001)


def test_a_network_that_was_asked_is_not_pending_again() -> None:
    asked, parent = opened(), network()
    host = network(parent=parent)
    asked.noted(host, 0.5)
    asked.noted(parent, 0.5)
    assert asked.witnesses.pending == {host, parent}
    assert asked.asks(host, ABOVE + 1.0)
    assert (asked.count, asked.outstanding, asked.witnesses.pending) == (1, 1, set())
    assert asked.witnesses.asked == {host, parent}
    asked.noted(parent, 0.5)
    assert asked.witnesses.pending == set()
    asked.one_done()
    assert (asked.count, asked.outstanding) == (1, 0)


def test_a_network_of_which_nobody_can_be_asked_is_not_waited_for() -> None:
    waiting, silent = opened(60), network()
    waiting.noted(silent, 0.5)
    waiting.witnesses.nobody_to_ask(silent)
    waiting.witnesses.nobody_to_ask(silent)
    assert waiting.ripe(ABOVE)


def test_who_is_asked_late_measures_loss_and_vouches_for_nobody() -> None:
    asked, late = opened(), network()
    asked.noted(late, 0.5)
    assert not asked.asks(late, ABOVE + 1.001)
    assert (asked.count, asked.outstanding, asked.witnesses.asked) == (1, 1, set())
    assert asked.witnesses.pending == {late}


@pytest.mark.parametrize(
    ("of_era", "count", "others", "enough"),
    [
        ((0, 0), 60, {}, True),
        ((0, 0), 59, {}, False),
        ((0, 0), 60, {"lost": 1}, True),
        # Nothing was lost of as many in its era.
        ((0, 48), 12, {}, True),
        ((0, 48), 11, {}, False),
        ((0, 30), 30, {}, True),
        ((0, 50), 20, {}, True),
        ((0, 60), 0, {}, True),
        ((1, 48), 12, {}, False),
        ((0, 48), 12, {"lost": 1}, False),
        ((0, 48), 12, {"thorough": True}, False),
        # Its era is well known: a dozen tell whether this is no worse.
        ((60, 240), 12, {}, True),
        ((60, 240), 11, {}, False),
        ((60, 239), 12, {}, False),
        ((60, 300), 13, {"thorough": True, "lost": 1}, True),
    ],
)
def test_when_it_needs_no_more_sentinels(
    of_era: tuple[int, int], count: int, others: dict[str, int], enough: bool
) -> None:
    asked = cohort(count, lost=others.get("lost", 0), of=era(*of_era))
    if others.get("thorough"):
        asked.wants_all()
    assert asked.enough is enough


def test_changed_sentinels_tell_nothing_of_loss_and_a_no_is_told_of_its_networks() -> None:
    asked, parent = cohort(12, lost=2), network()
    host = network(parent=parent)
    asked.change()
    asked.change()
    asked.deny(host)
    asked.deny(parent)
    assert (asked.lost, asked.changed, asked.noes, asked.measured) == (2, 2, 2, 10)
    assert asked.witnesses.denied == {host: 1, parent: 2}
    asked.evaluate()
    assert asked.evaluated
    assert (asked.era.lost, asked.era.n) == (2, 10)
    asked.evaluate()
    assert (asked.era.lost, asked.era.n) == (4, 20), "they count beside what was known"


@pytest.mark.parametrize("evaluated", [False, True])
def test_what_hosts_of_another_path_lost_is_taken_back(evaluated: bool) -> None:
    asked = cohort(12, lost=3, of=era(1, 40))
    asked.lose(Endpoint(Place("10.0.0.9", AF_INET), 80, (Request(),)))
    if evaluated:
        asked.evaluate()
    assert asked.forgive(lambda place: place.numeric == "10.0.0.1") == 3
    assert (asked.lost, asked.changed, asked.measured) == (1, 3, 9)
    assert (asked.era.lost, asked.era.n) == ((2, 49) if evaluated else (1, 40))
    assert asked.forgive(lambda place: False) == 0
    assert (asked.lost, asked.changed) == (1, 3)


def test_where_sentinels_were_answered_otherwise_the_others_tell_its_loss() -> None:
    burst = cohort(60, lost=20)
    for _ in range(20):
        burst.change()
    assert round(burst.loss(), 5) == 0.57809
