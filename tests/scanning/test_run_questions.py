"""When a host is asked about its open ports, and which rows the answer puts beyond doubt."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.inquiry import Said
from scanner.scanning.phantoms.kept_rows import KeptRow, KeptRows
from scanner.scanning.phantoms.port_counts import PortCounts
from scanner.scanning.phantoms.run_questions import RunQuestions
from tests.scanning.hosts import judged, place_with
from tests.scanning.phantoms import probes


class Asked:
    """The questions about a host of which sixty ports refused, and its counts and kept rows."""

    def __init__(self) -> None:
        self.place = place_with(1000, refused=60)
        self.kept = KeptRows()
        self.runs = RunQuestions(PortCounts(self.place), self.kept)

    def opened(self, *ports: int) -> None:
        """Those were open in a turn, each probed at the second of its number."""
        for port in ports:
            self.kept.add(KeptRow(float(port), 0.0, judged(self.place, port)))
            self.runs.opened(port, float(port))
        self.runs.end_turn([], 0, float(ports[0]))

    def refused(self, *ports: int) -> None:
        """Those were refused in a turn."""
        for port in ports:
            judged(self.place, port, State.REFUSED)
        self.runs.end_turn(probes(*ports), 0, float(ports[0]))


def test_a_port_of_two_rows_counts_once() -> None:
    asked = Asked()
    assert asked.runs.opened(80, 1.0)
    assert not asked.runs.opened(80, 1.0)
    assert [each.port for each in asked.runs.take_fresh()] == [80]
    assert asked.runs.take_fresh() == []


def test_a_run_is_suspicious_by_what_is_open_outside_it() -> None:
    asked = Asked()
    asked.opened(100)
    assert not asked.runs.pressing
    asked.opened(101)
    assert asked.runs.pressing
    assert asked.runs.suspicious(200.0), "one of sixty-two is open, and two in a row"
    many = Asked()
    many.place.note.opened, many.place.note.verdicts = 60, 120
    many.opened(100, 101)
    assert not many.runs.suspicious(200.0), "every other port is open"


def test_a_short_run_that_is_over_needs_no_question() -> None:
    asked = Asked()
    asked.opened(100, 101, 102)
    asked.refused(103)
    assert asked.kept.vouched == 3
    assert not asked.runs.suspicious(200.0)


def test_where_nobody_can_be_asked_a_long_run_stands() -> None:
    asked = Asked()
    asked.opened(100)
    asked.opened(101, 102)
    assert asked.runs.ask(200.0) == []
    assert asked.kept.vouched == 0, "it lasts"
    asked.opened(*range(103, 113))
    asked.refused(*range(113, 117))
    own = asked.runs.ask(200.0)
    assert len(own) == 2, "its own ports can be"
    for port in own:
        asked.runs.heard(port, State.TIMEOUT)
    asked.runs.follow_up(200.1, patient=False)
    assert asked.kept.vouched == 13


@pytest.mark.parametrize(
    ("state", "said", "proved"),
    [(State.OPEN, Said.EVERYTHING, 0), (State.REFUSED, Said.NOTHING, 4), (State.TIMEOUT, Said.UNKNOWN, 0)],
)
def test_what_the_witnesses_say(state: State, said: Said, proved: int) -> None:
    asked = Asked()
    asked.opened(*range(100, 104))
    asked.runs.known_shut([5, 4], [])
    assert sorted(asked.runs.ask(150.0)) == [4, 5]
    assert asked.runs.follow_up(150.0, patient=False) == ([], None)
    assert asked.runs.unknown(0)
    for port in (4, 5):
        asked.runs.heard(port, state)
    assert asked.runs.follow_up(151.0, patient=False) == ([], said)
    assert asked.kept.proved == asked.kept.vouched == proved


def test_a_witness_of_the_run_itself_is_none_while_there_are_others() -> None:
    asked = Asked()
    asked.opened(*range(100, 110))
    asked.refused(110)
    asked.runs.known_shut([110, 5], [])
    assert asked.runs.inquiry.refusing == [5]


def test_when_all_is_over_it_begins_anew() -> None:
    asked = Asked()
    asked.opened(100, 101, 102)
    assert asked.runs.drop() == [100, 101, 102]
    assert not asked.runs.pressing
    asked.runs.begin_anew([7], [101, 102])
    assert asked.runs.phantoms == {101, 102}
    assert asked.runs.inquiry.refusing == [7]
    assert asked.runs.settled == 3, "they count for no share"
