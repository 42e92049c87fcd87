"""A timeout of an attached host is told when the kernel knows whether somebody is there, or its user did not wait."""

import errno
import socket

import pytest

from scanner.engine.brakes.known_neighbours import KnownNeighbours
from scanner.engine.brakes.neighbour_words import NeighbourWords
from scanner.engine.brakes.unconfirmed import Unconfirmed
from scanner.engine.flight.verdict import NO_WAY, REFUSED, TIMEOUT
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Doubt, Endpoint, Place, Request
from tests.engine.fakes import AF_INET, located

PLACE = Place("10.1.0.1", AF_INET)
BUILT_IN, TYPED = Request(), Request(typed_timeout=True)
HELD: tuple[list[object], list[object]] = ([], [])


class Case:
    """One host, of which the kernel's table says `word`. It cannot be read unless it `tells`, nor while `short`."""

    def __init__(self, word: Resolution | None, heard_at: float | None = float("-inf")) -> None:
        self.word = word
        self.tells = True
        self.short = False
        self.reads = 0
        self.known = KnownNeighbours(16)
        if heard_at == float("-inf"):
            self.known.may_be_there(PLACE)
        elif heard_at is not None:
            self.known.is_there(PLACE, heard_at)
        self.unconfirmed = Unconfirmed(self.known, NeighbourWords(self.entries))

    def entries(self, family: int) -> dict[NeighbourKey, Resolution] | None:
        self.reads += 1
        if self.short:
            raise OSError(errno.EMFILE, "Too many open files")
        if not self.tells:
            return None
        return {(socket.inet_aton(PLACE.numeric), 0): self.word} if self.word else {}


def silent(request: Request = BUILT_IN, *, attached: bool = True) -> Trial:
    trial = Trial(Endpoint(PLACE, 80, (request,)), located(Path(1, attached=attached)))
    trial.verdict = TIMEOUT
    return trial


def test_it_is_held_while_the_kernel_asks_whether_the_host_is_still_there() -> None:
    case, trial = Case(Resolution.CHECKING), silent()
    assert case.unconfirmed.settle([(trial, "lossy")], 2.0) == HELD
    assert (len(case.unconfirmed), case.unconfirmed.delay(2.0)) == (1, pytest.approx(0.1))
    assert case.unconfirmed.settle([], 4.0) == HELD
    case.word = Resolution.RESOLVED
    assert case.unconfirmed.settle([], 5.2) == ([(trial, "lossy")], [])
    assert (len(case.unconfirmed), case.unconfirmed.delay(5.2)) == (0, float("inf"))


def test_nobody_has_the_address_any_more() -> None:
    case, trial = Case(Resolution.CHECKING), silent()
    case.unconfirmed.settle([(trial, "")], 2.0)
    case.word = Resolution.FAILED
    assert case.unconfirmed.settle([], 8.1) == ([], [trial])
    assert case.known.absent(PLACE)


def test_it_is_not_held_for_ever() -> None:
    case, trial, later = Case(Resolution.CHECKING), silent(), silent()
    case.unconfirmed.settle([(trial, "")], 2.0)
    case.unconfirmed.settle([(later, "lossy")], 4.0)
    assert case.unconfirmed.settle([], 13.9) == HELD
    assert case.unconfirmed.settle([], 14.1) == ([(trial, "")], [])
    assert len(case.unconfirmed) == 1
    assert case.unconfirmed.settle([], 16.1) == ([(later, "lossy")], [])
    assert len(case.unconfirmed) == 0


def test_who_is_asked_for_anew_meanwhile_is_not_called_silent_for_that() -> None:
    case, trial, later = Case(Resolution.CHECKING), silent(), silent()
    case.unconfirmed.settle([(trial, "")], 2.0)
    case.word = Resolution.RESOLVING
    case.known.is_uncertain(PLACE)
    assert case.unconfirmed.settle([(later, "")], 8.1) == HELD
    case.word = Resolution.FAILED
    assert case.unconfirmed.settle([], 11.1) == ([], [trial, later])


def test_while_the_table_cannot_be_read_for_want_of_a_descriptor_it_waits() -> None:
    case, trial, later = Case(Resolution.CHECKING), silent(), silent()
    case.short = True
    assert case.unconfirmed.settle([(trial, "")], 2.0) == HELD
    assert case.unconfirmed.settle([(later, "")], 4.0) == HELD
    case.short, case.word = False, Resolution.FAILED
    assert case.unconfirmed.settle([], 5.0) == ([], [trial, later])


def test_many_that_wait_cost_no_look_at_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand ports of each of a hundred hosts may, ten times a second."""
    case, trials = Case(Resolution.CHECKING), [silent() for _ in range(50)]
    case.unconfirmed.settle([(trial, "") for trial in trials], 2.0)
    looks = 0

    def heard_at(place: Place) -> float:
        nonlocal looks
        looks += 1
        return float("-inf")

    monkeypatch.setattr(case.known, "heard_at", heard_at)
    assert case.unconfirmed.settle([], 3.0) == HELD
    assert (looks, len(case.unconfirmed)) == (1, 50)


def test_a_late_answer_has_told_it_already() -> None:
    case, trial, other = Case(Resolution.CHECKING), silent(), silent()
    case.unconfirmed.settle([(trial, "")], 2.0)
    case.unconfirmed.settle([(other, "lossy")], 2.0)
    trial.verdict = REFUSED
    case.known.is_there(PLACE, 3.0)
    assert case.unconfirmed.settle([], 3.0) == ([(other, "lossy")], [])
    assert len(case.unconfirmed) == 0


@pytest.mark.parametrize("word", [Resolution.RESOLVED, Resolution.STALE, None])
def test_otherwise_it_stands(word: Resolution | None) -> None:
    trial = silent()
    assert Case(word).unconfirmed.settle([(trial, "unverified")], 2.0) == ([(trial, "unverified")], [])


@pytest.mark.parametrize("word", list(Resolution))
def test_who_was_heard_of_late_is_there(word: Resolution) -> None:
    case, trial = Case(word, heard_at=10.0), silent()
    assert case.unconfirmed.settle([(trial, "")], 39.0) == ([(trial, "")], [])
    assert case.reads == 0


@pytest.mark.parametrize("word", list(Resolution))
def test_what_lies_elsewhere_or_is_no_timeout_is_none_of_its_business(word: Resolution) -> None:
    case, far, rejected = Case(word), silent(attached=False), silent()
    rejected.verdict = NO_WAY
    assert case.unconfirmed.settle([(far, ""), (rejected, "")], 2.0) == ([(far, ""), (rejected, "")], [])


def test_where_the_table_cannot_be_read_it_stands() -> None:
    case = Case(Resolution.CHECKING)
    case.tells = False
    for trial in (silent(), silent()):
        assert case.unconfirmed.settle([(trial, "")], 2.0) == ([(trial, "")], [])
    assert case.reads == 1


class TestATypedTimeout:
    @pytest.mark.parametrize("word", [Resolution.CHECKING, Resolution.RESOLVING])
    def test_nobody_waits_and_the_doubt_says_so(self, word: Resolution) -> None:
        trial = silent(TYPED)
        told = Case(word).unconfirmed.settle([(trial, "")], 2.0)
        assert told == ([(trial, Doubt.NEIGHBOUR_PENDING)], [])

    def test_so_does_that_of_one_that_was_silent_before_the_kernels_word(self) -> None:
        case, trial = Case(Resolution.RESOLVED, heard_at=2.0), silent(TYPED)
        case.unconfirmed.is_pending(trial, pending=True)
        assert case.unconfirmed.settle([(trial, "")], 2.5) == ([(trial, Doubt.NEIGHBOUR_PENDING)], [])

    def test_not_if_a_later_attempt_was_silent_after_it(self) -> None:
        case, trial = Case(Resolution.RESOLVED, heard_at=2.0), silent(TYPED)
        case.unconfirmed.is_pending(trial, pending=True)
        case.unconfirmed.is_pending(trial, pending=False)
        assert case.unconfirmed.settle([(trial, "")], 2.5) == ([(trial, "")], [])

    def test_if_the_kernels_word_has_come_by_then_it_counts(self) -> None:
        """Under a rate, a row may stand long after its last attempt."""
        case, trial = Case(Resolution.FAILED, heard_at=None), silent(TYPED)
        case.unconfirmed.is_pending(trial, pending=True)
        case.known.is_absent(PLACE, 3.1)
        assert case.unconfirmed.settle([(trial, "")], 4.0) == ([], [trial])


def test_it_says_when_it_is_to_be_looked_at_again() -> None:
    """Else nobody would, where nothing else happens."""
    case, trial = Case(Resolution.CHECKING), silent()
    assert not case.unconfirmed.due
    case.unconfirmed.look(1.0)
    assert not case.unconfirmed.due
    case.unconfirmed.settle([(trial, "")], 2.0)
    for now, due in ((2.05, False), (2.11, True)):
        case.unconfirmed.look(now)
        assert case.unconfirmed.due is due
    case.unconfirmed.settle([], 2.11)
    assert not case.unconfirmed.due
    case.unconfirmed.look(2.2)
    assert not case.unconfirmed.due, "as long after each look"
    assert [case.unconfirmed.delay(now) for now in (2.11, 2.2, 5.0)] == pytest.approx([0.1, 0.01, 0.0])


def test_between_two_looks_nothing_is_told() -> None:
    case, trial, other = Case(Resolution.CHECKING), silent(), silent(attached=False)
    case.unconfirmed.settle([(trial, "")], 2.0)
    case.known.is_absent(PLACE, 2.05)
    assert case.unconfirmed.settle([(other, "")], 2.05) == ([(other, "")], [])
    assert case.unconfirmed.settle([], 2.11) == ([], [trial])


def test_who_is_known_to_be_absent_is_whatever_the_table_said_before() -> None:
    case, trial = Case(None), silent()
    case.known.is_absent(PLACE, 1.0)
    assert case.unconfirmed.settle([(trial, "")], 2.0) == ([], [trial])


def test_who_was_heard_half_a_minute_ago_may_have_left() -> None:
    assert Case(Resolution.CHECKING, heard_at=10.0).unconfirmed.settle([(silent(), "")], 40.5) == HELD
