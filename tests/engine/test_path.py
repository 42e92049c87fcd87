"""One way and the evidence on it, in plain numbers: when sentinels are due, what is lost, and what follows from it."""

import pytest

from scanner.engine.truth.cohorts import Era
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

REQUESTS = (Request(),)


def answering(*, refused: int = 100) -> Path:
    """A path on which this many ports refused."""
    path = Path(1000)
    for port in range(1, 1 + refused):
        path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS))
    return path


def due(path: Path, now: float = 0.0, room: int = 100) -> int:
    """How many sentinels are due; each of them leaves."""
    count = len(list(path.due_sentinels(now, room)))
    path.counts.asked(count)
    return count


def test_one_sentinel_for_every_four_probes_at_first_and_for_every_sixteen_later() -> None:
    path = answering()
    asked = []
    for _ in range(800):
        path.sends(1, 0.0)
        asked.append(due(path))
    assert [sum(asked[:count]) for count in (3, 4, 8, 240, 255, 256, 800)] == [0, 1, 2, 60, 60, 61, 60 + 560 // 16]


def test_never_a_burst_of_sentinels() -> None:
    """A burst would only measure itself."""
    path = answering()
    path.sends(1000, 0.0)
    assert [due(path), due(path)] == [2, 0]


def shared(targets: int) -> Path:
    """A path that hosts share, on which sixty clean sentinels were asked."""
    path = Path(1, shared=True)
    path.has_targets(targets)
    path.responders = answering().responders
    path.counts.asked(60)
    path.cohorts.era.counts(lost=0, n=60)
    path.sends(1000, 0.0)
    return path


@pytest.mark.parametrize(("targets", "asked"), [(50, 2), (50_000, 16)])
def test_more_of_them_where_that_spares_many_targets_a_third_attempt(targets: int, asked: int) -> None:
    assert due(shared(targets)) == asked


def test_no_more_of_them_once_enough_are_known_or_something_was_lost() -> None:
    known, lossy = shared(50_000), shared(50_000)
    known.cohorts.era.counts(lost=0, n=2000)
    lossy.counts.lose(1)
    assert (due(known), due(lossy)) == (2, 2)


def test_sentinels_do_not_call_for_sentinels() -> None:
    path = answering()
    path.sends(1000, 0.0, sentinels=True)
    assert due(path) == 0
    assert path.counts.sentinels == 1000


def test_no_more_sentinels_than_there_is_room_for_and_what_is_due_stays_due() -> None:
    path = answering()
    path.sends(8, 0.0)
    assert [due(path, room=room) for room in (1, 0, -1, 9)] == [1, 0, 0, 1]
    path.sends(8, 0.0)
    assert due(path, room=2) == 2


@pytest.mark.parametrize(("targets", "sentinels"), [(1, 12), (10, 23), (40, 45), (1000, 60)])
def test_a_small_path_wants_fewer_sentinels(targets: int, sentinels: int) -> None:
    """As many as it takes to let two silent attempts stand."""
    assert Path(targets).open_cohort(0.0).target == sentinels


@pytest.mark.parametrize("seen", ["lost", "flipped", "resent"])
def test_each_sign_of_loss_counts(seen: str) -> None:
    """An unanswered sentinel, an answer to a later attempt, a SYN that the kernel had to repeat."""
    path = answering()
    assert not path.lossy
    setattr(path.counts, seen, 1)
    assert path.lossy


@pytest.mark.parametrize(
    ("known", "nth", "spent"), [(6, 2, True), (7, 2, True), (6, 1, False), (5, 2, False), (5, 3, False), (5, 4, True)]
)
def test_asking_on_tells_nothing_more_once_all_attempts_were_made_at_a_rate_that_loses_nothing(
    known: int, nth: int, spent: bool
) -> None:
    """Of two that its user wants; two more where hardly an answer tells that nothing is lost."""
    path = answering(refused=0)
    path.pace.law.be_careful(200.0, 0.0)
    for _ in range(known):
        path.cohorts.era.later.hit(1)
    assert path.spent(path.cohorts.era, nth, 2) is spent
    assert not path.spent(Era(), nth, 2), "its attempts were made at another rate"


def test_asking_on_tells_more_where_something_is_lost_or_somebody_left_or_the_rate_free() -> None:
    held = answering(refused=0)
    held.pace.law.be_careful(200.0, 0.0)
    assert held.spent(held.cohorts.era, 9, 2)
    held.cohorts.era.later.hit(2)
    assert not held.spent(held.cohorts.era, 9, 2), "an answer to a later attempt"
    held.braking.new_era()
    held.cohorts.era.counts(lost=1, n=60)
    assert not held.spent(held.cohorts.era, 9, 2), "a sentinel unanswered"
    free, asked = answering(refused=0), answering(refused=1)
    asked.pace.law.be_careful(200.0, 0.0)
    assert not free.spent(free.cohorts.era, 9, 2)
    assert not asked.spent(asked.cohorts.era, 9, 2)


@pytest.mark.parametrize(("case", "at_a_loss"), [("", True), ("refused", False), ("clean", False), ("gone", False)])
def test_it_is_at_a_loss_where_something_was_lost_and_nobody_is_left_to_ask(case: str, at_a_loss: bool) -> None:
    path = answering(refused=int(case == "refused"))
    path.counts.lose(int(case != "clean"))
    path.gone = case == "gone"
    assert path.at_a_loss is at_a_loss


@pytest.mark.parametrize(
    ("case", "unsure"),
    [("", True), ("known", False), ("well known", False), ("lost", False), ("exhausted", False), ("gone", False)],
)
def test_it_is_unsure_while_nothing_was_lost_and_too_few_say_so(case: str, unsure: bool) -> None:
    path = answering(refused=case != "exhausted")
    path.cohorts.era.counts(case == "lost", {"known": 60, "well known": 99}.get(case, 59))
    path.gone = case == "gone"
    assert path.unsure is unsure


def test_where_nobody_answers_any_more_it_is_gone_until_somebody_does() -> None:
    path = answering()
    assert (path.gone, path.misses, path.watched) == (False, 0, False)
    path.pace.law.be_careful(200.0, 0.0)
    path.missed_one()
    path.missed_one()
    era = path.cohorts.era
    path.all_gone()
    assert (path.gone, path.misses, path.pace.held, path.cohorts.era is era) == (True, 2, False, False)
    path.answered_as_before()
    assert (path.gone, path.misses) == (False, 0)


def test_of_a_shared_path_the_rows_of_the_scan_are_its_targets() -> None:
    shared, own = Path(100, shared=True), Path(100)
    for path in (shared, own):
        path.has_targets(70)
        assert path.targets == 100
        path.has_targets(300)
    assert (shared.targets, own.targets) == (300, 100)
    assert (own.shared, own.attached, shared.attached) == (False, False, False)
    shared.watch()
    assert shared.watched


def heard(path: Path, network: Network, port: int, *, refused: bool, attempts: int = 1) -> None:
    endpoint = Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS)
    path.heard(endpoint, network, refused=refused, attempts=attempts, rtt_ms=250.0, now=8.0)


@pytest.mark.parametrize("refused", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_who_answers_is_a_responder_of_the_path_and_of_its_network(refused: bool, same: bool) -> None:
    path = answering(refused=0)
    network = Network(responders=path.responders if same else None)
    assert (path.can_tell, path.exhausted) == (False, True)
    heard(path, network, 1, refused=refused)
    assert (len(path.responders), len(network.responders), network.first_heard) == (1, 1, 7.75)
    assert (path.can_tell, path.exhausted) == (True, False)


def test_an_open_port_that_was_asked_thrice_is_none_and_its_network_was_heard_all_the_same() -> None:
    path, network = answering(refused=0), Network()
    heard(path, network, 1, refused=False, attempts=3)
    assert (path.can_tell, path.exhausted, network.first_heard) == (False, True, 7.75)
    path.counts.asked(1)
    assert (path.can_tell, path.exhausted) == (True, True), "one was asked before"


def test_open_ports_are_remembered_as_long_as_either_wants_them() -> None:
    path, network, parent = answering(refused=0), Network(1), Network()
    network.parent = parent
    for port in range(1, 41):
        heard(path, network, port, refused=False)
    assert (len(path.responders), len(network.responders)) == (32, 1)
    other = Network(2)
    heard(path, other, 41, refused=False)
    assert (len(path.responders), len(other.responders), parent.first_heard) == (32, 1, 7.75)


def test_a_part_takes_its_responders_and_losses_along() -> None:
    path, here, there = answering(refused=0), Network(), Network()
    heard(path, here, 1, refused=True)
    path.round_trip.measured(0.5)
    other = Endpoint(Place("10.0.1.1", AF_INET), 1, REQUESTS)
    path.heard(other, there, refused=True, attempts=1, rtt_ms=None, now=8.0)
    for endpoint in (other, other, path.responders.refused[0]):
        path.lose(path.open_cohort(8.0), endpoint)
    part = path.split(lambda place: place.numeric == "10.0.1.1")
    assert (there.first_heard, part.shared, part.targets, part.round_trip.rto) == (8.0, True, 1000, path.round_trip.rto)
    assert ([*part.responders.refused], len(path.responders), path.counts.lost, part.counts.lost) == ([other], 1, 1, 2)
    assert part.cohorts.unseen.loss() == 1.0


def test_what_is_forgiven_is_no_loss_of_the_path() -> None:
    path = answering(refused=2)
    for endpoint in path.responders.refused:
        path.lose(path.open_cohort(8.0), endpoint)
    assert path.counts.lost == 2
    assert path.forgive(lambda place: True, since=20.0) == 0
    assert path.forgive(lambda place: True) == 2
    assert path.counts.lost == 0


def test_sentinels_leave_at_the_pace_of_the_path_and_never_to_hosts_that_are_busy() -> None:
    path = answering()
    path.pace.law.be_careful(200.0, 0.0)
    path.sends(8, 0.0)
    assert due(path) == 0
    assert list(path.due_sentinels(1.0, 100, lambda host: True)) == []
    path.sends(3, 1.0)
    assert due(path, 1.0) == 0, "what was due for a busy host is over"
    path.sends(1, 1.0)
    assert due(path, 1.0) == 1


def test_its_rate_is_as_careful_as_the_targets_known_by_now_allow() -> None:
    path = Path(100, shared=True)
    path.has_targets(60_030)
    assert path.braking.go_carefully(9.0, mostly_lost=False)
    assert path.pace.room(0, 9.0) == 0
    assert path.pace.delay() < 1 / 900, "200 a second where so many are not known of"


def test_what_a_part_is_told_of_loss_holds_the_part_back_alone() -> None:
    path = answering(refused=0)
    part = path.split(lambda place: True)
    part.braking.answered(3, part.cohorts.era, 9.0)
    assert (path.pace.held, part.pace.held) == (False, True)


def test_a_host_on_its_own_path_is_asked_for_its_neighbours_where_they_have_nobody() -> None:
    path, neighbours = Path(1000), Network(shared=True)
    network = neighbours.part(path.responders)
    endpoints = [Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS) for port in (1, 2)]
    for endpoint in endpoints:
        path.heard(endpoint, network, refused=True, attempts=1, rtt_ms=None, now=1.0)
    assert path.responders.refused == endpoints
    assert neighbours.responders.refused == endpoints[:1]
