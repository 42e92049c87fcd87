"""The only maker of judged rows: one for each request, and what is noted about places and paths."""

import pytest

from scanner.engine.flight.probe import Denial
from scanner.engine.flight.verdict import OPEN, REFUSED, TIMEOUT, Verdict
from scanner.engine.rows import Rows
from scanner.engine.trial import Sentinel, Trial
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.location import Location
from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.model import Endpoint, Place, Request, Result, State
from tests.engine.fakes import AF_INET, located

STAMP = "2026-01-31T23:59:59.123Z"
REQUEST = Request()


def trial(
    path: Path, port: int = 1, *, requests: tuple[Request, ...] = (REQUEST,), verdict: Verdict = REFUSED
) -> Trial:
    made = Trial(Endpoint(Place("10.0.0.1", AF_INET), port, requests), located(path))
    made.verdict, made.attempts, made.rtt_ms = verdict, 1, 2.5
    return made


def shown(rows: list[Result]) -> list[tuple[int, str, str, str, int, str]]:
    return [(row.port, row.state.value, row.reason, row.icmp_from, row.attempts, row.doubt) for row in rows]


def test_plain_refusals_have_a_row_for_each_request() -> None:
    rows, path, other = Rows(), Path(1000), Path(1000)
    several = trial(path, 2, requests=(REQUEST, Request(name="twice")))
    rows.add_refused([trial(path, 1), several, trial(other, 3)], STAMP, 1.0)
    assert rows
    found = rows.take()
    assert shown(found) == [(port, "refused", "conn-refused", "", 1, "") for port in (1, 2, 2, 3)]
    assert {(row.time, row.rtt_ms) for row in found} == {(STAMP, 2.5)}
    assert (path.counts.answers, other.counts.answers) == (2, 1)
    note = several.location
    assert (note.verdicts, note.opened, note.mute, note.refused) == (1, 0, 0, several.endpoint.port)
    assert not rows


def test_those_who_refused_are_responders() -> None:
    rows, path = Rows(), Path(1000)
    rows.add_refused([trial(path, port) for port in range(1, 5)], STAMP, 1.0)
    assert [endpoint.port for endpoint in path.responders.refused] == [1, 2, 3, 4]


def test_a_big_host_that_refuses_is_on_its_own_path_from_then_on() -> None:
    """What else it refuses is its own evidence, though it left for the path that all share."""
    rows, pool, place = Rows(), Pool(), Place("10.0.0.1", AF_INET, ports=1000)
    where = Location(pool.path, pool.networks.of(place), pool, big=True)
    trials = [Trial(Endpoint(place, port, (REQUEST,)), where) for port in (1, 2, 3)]
    for each in trials:
        each.stands(REFUSED, 2.5)
    rows.add_refused(trials, STAMP, 1.0)
    assert [endpoint.port for endpoint in pool.path.responders.refused] == [1]
    assert not where.path.shared
    assert [endpoint.port for endpoint in where.path.responders.refused] == [1, 2, 3]


def test_open_ones_are_told_for_a_round() -> None:
    rows, path = Rows(), Path(1000)
    opened = trial(path, 22, verdict=OPEN)
    opened.sent = 7.0
    rows.add_judged([opened], STAMP)
    assert rows.opened == {(opened.endpoint.place, 22): 7.0}
    assert opened.location.opened == 1
    rows.new_turn()
    assert rows.opened == {}


def test_a_sentinel_has_no_row() -> None:
    rows, path = Rows(), Path(1000)
    where: Location = located(path)
    sentinel = Sentinel(Endpoint(Place("10.0.0.1", AF_INET), 9, (REQUEST,)), where, path, Cohort(Era()), vouches=True)
    sentinel.verdict = REFUSED
    rows.add_judged([sentinel], STAMP)
    assert (rows.take(), path.counts.answers) == ([], 0)


def test_what_somebody_else_said_leaves_the_host_mute() -> None:
    rows, path = Rows(), Path(1000)
    router, target = (
        trial(path, 5, verdict=Verdict(State.UNREACHABLE, "host-unreach", by)) for by in ("r", "10.0.0.1")
    )
    rows.add_judged([router, target], STAMP)
    assert [each.location.mute for each in (router, target)] == [1, 0]


def test_an_answer_to_a_later_attempt_is_flipped() -> None:
    rows, late = Rows(), trial(Path(1000), verdict=OPEN)
    late.attempts = late.answered = 2
    rows.add_judged([late], STAMP)
    assert shown(rows.take()) == [(1, "open", "syn-ack", "", 2, "flipped")]


def test_a_final_no_after_others_is_counted_as_in_doubt() -> None:
    rows, late = Rows(), trial(Path(1000), verdict=Verdict(State.UNREACHABLE, "port-unreach", "r"))
    late.attempts, late.denials = 2, (Denial(1, late.verdict, 1.0),)
    rows.add_judged([late], STAMP)
    assert rows.denied == {"flipped": 1}


def test_silence_that_stands_is_counted_by_its_doubt() -> None:
    rows, path = Rows(), Path(1000)
    silent = trial(path, verdict=TIMEOUT, requests=(REQUEST, REQUEST))
    silent.attempts = 2
    rows.add_finished(silent, STAMP, "unverified")
    assert shown(rows.take()) == [(1, "timeout", "no-response", "", 2, "unverified")] * 2
    assert (rows.timeouts, path.counts.answers) == ({"unverified": 2}, 0)
    for doubt in ("", "unverified"):
        rows.add_finished(trial(path, verdict=Verdict(State.UNREACHABLE, "net-unreach", "r")), STAMP, doubt)
    assert (path.counts.answers, rows.denied) == (2, {"": 1, "unverified": 1})


class TestHowManyHostsAnswer:
    """Those that said something themselves, each once."""

    def of_one_host(self, *verdicts: Verdict) -> list[Trial]:
        place, where = Place("10.0.0.1", AF_INET), located(Path(1000))
        trials = []
        for port, verdict in enumerate(verdicts, 1):
            trials.append(Trial(Endpoint(place, port, (REQUEST,)), where))
            trials[-1].stands(verdict)
        return trials

    def test_a_host_that_refuses_or_is_open(self) -> None:
        rows = Rows()
        rows.add_refused(self.of_one_host(REFUSED, REFUSED), STAMP, 1.0)
        opened, late = self.of_one_host(OPEN, REFUSED)
        rows.add_judged([opened], STAMP)
        rows.add_judged([late], STAMP)
        assert rows.answering == 2

    def test_first_at_a_later_port(self) -> None:
        rows = Rows()
        silent, refused, more = self.of_one_host(TIMEOUT, REFUSED, REFUSED)
        rows.add_finished(silent, STAMP, "")
        assert rows.answering == 0
        rows.add_judged([refused], STAMP)
        rows.add_refused([more], STAMP, 1.0)
        assert rows.answering == 1

    def test_an_icmp_error_of_its_own_is_an_answer_and_a_routers_is_none(self) -> None:
        rows = Rows()
        for sender in ("10.0.0.1", "192.0.2.1"):
            final, asked_again, more = self.of_one_host(*[Verdict(State.UNREACHABLE, "admin-prohibited", sender)] * 3)
            rows.add_judged([final], STAMP)
            rows.add_finished(asked_again, STAMP, "")
            rows.add_finished(more, STAMP, "")
        for trial in self.of_one_host(Verdict(State.UNREACHABLE, "admin-prohibited", "10.0.0.1")):
            rows.add_finished(trial, STAMP, "")
        assert rows.answering == 2

    def test_one_that_is_not_there_does_not(self) -> None:
        rows = Rows()
        rows.add_absent(self.of_one_host(Verdict(State.UNREACHABLE, "host-unreach")), STAMP)
        assert rows.answering == 0


@pytest.mark.parametrize(
    ("rtt_ms", "lost_syns", "verdict", "slowest"),
    [
        (1300.0, 0, REFUSED, 1300.0),
        (1300.0, 0, OPEN, 1300.0),
        (300.0, 0, REFUSED, 300.0),
        (5.0, 0, REFUSED, 0.0),
        (1300.0, 1, OPEN, 0.0),  # the answer is to a repeated SYN
        (1002.0, 0, REFUSED, 0.0),  # so may these be
        (2030.0, 0, REFUSED, 0.0),
        (3050.0, 0, OPEN, 0.0),
        (3400.0, 0, OPEN, 3400.0),
        (1300.0, 0, Verdict(State.UNREACHABLE, "host-unreach", "10.0.0.254"), 0.0),  # a router speaks when it likes
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_how_long_a_host_took_at_most_is_known(
    first: bool, rtt_ms: float, lost_syns: int, verdict: Verdict, slowest: float
) -> None:
    rows, made = Rows(), trial(Path(1000), verdict=verdict)
    made.rtt_ms, made.lost_syns = rtt_ms, lost_syns
    for again in (made, trial(Path(1000))):
        rows.add_refused([again], STAMP, 1.0) if first and verdict is REFUSED else rows.add_judged([again], STAMP)
    assert made.location.slowest_ms == slowest


def test_who_was_answered_while_nobody_looked_may_have_been_answered_at_once() -> None:
    """This process was stopped, or had no turn of the processor."""
    for unseen_s, slowest in ((4.0, 0.0), (0.25, 1200.0), (0.4, 0.0)):  # the last: or a SYN was sent again
        rows, made = Rows(), trial(Path(1000))
        made.rtt_ms = 1450.0
        rows.new_turn(unseen_s)
        rows.add_refused([made], STAMP, 5.0)
        assert made.location.slowest_ms == slowest, unseen_s


def test_where_all_answers_take_long_none_is_taken_for_one_to_a_repeated_syn() -> None:
    path = Path(1000)
    path.round_trip.measured(1.2)
    made = trial(path)
    made.rtt_ms = 1050.0
    Rows().add_refused([made], STAMP, 1.0)
    assert made.location.slowest_ms == 1050.0


def test_what_waited_until_a_neighbours_address_was_known_says_nothing_of_the_host() -> None:
    rows, path = Rows(), Path(1000, attached=True)
    opener = trial(path)
    for rtt_ms, slowest in ((1700.0, 0.0), (1400.0, 1400.0)):
        opener.rtt_ms = rtt_ms
        rows.add_judged([opener], STAMP)
        assert opener.location.slowest_ms == slowest
