"""Where turns meet the marks: which go by as they are, and who is asked next."""

from collections.abc import Iterable

from scanner.model import Endpoint, Place, Result, State
from scanner.scanning.phantoms.accepts_all import AcceptsAll
from scanner.scanning.phantoms.marking import Marking
from tests.scanning.hosts import judged, place_with


class Turns:
    """An engine, its schedule and its clock, as far as they are asked."""

    def __init__(self) -> None:
        self.opened: dict[tuple[Place, int], float] = {}
        self.answers_at = 1.0
        self.held = False
        self.asked: list[Endpoint] = []
        self.clock_reads = 0

    def ask_first(self, endpoints: Iterable[Endpoint]) -> None:
        self.asked += endpoints

    def clock(self) -> float:
        self.clock_reads += 1
        return 1.0

    def marking(self, *, canary: bool = False) -> Marking:
        return Marking(AcceptsAll(list, canary=canary), self, self, self.clock)  # type: ignore[arg-type]

    def opens(self, place: Place, port: int) -> list[Result]:
        """A turn in which this port is open."""
        self.opened = {(place, port): 0.9}
        return [judged(place, port)]


def test_a_round_without_an_open_port_goes_by_as_it_is() -> None:
    turns = Turns()
    marking, rows = turns.marking(), [judged(place_with(30), 1, State.REFUSED)]
    assert marking.apply(rows) is rows
    assert marking.apply([]) == []
    assert turns.clock_reads == 0


def test_what_went_by_is_remembered_for_when_a_port_is_open() -> None:
    """The ports that refused before are the witnesses."""
    turns, place = Turns(), place_with(1000)
    marking = turns.marking()
    marking.apply([judged(place, port, State.REFUSED) for port in range(1, 61)])
    for port in range(100, 105):
        marking.apply(turns.opens(place, port))
    assert {each.port for each in turns.asked} <= set(range(1, 61))
    assert len(turns.asked) == 2


def test_canaries_go_out_next_and_rows_wait_for_them() -> None:
    turns, place = Turns(), place_with(1)
    marking = turns.marking(canary=True)
    rows = turns.opens(place, 80)
    assert marking.apply(rows) == []
    assert [each.place for each in turns.asked] == [place, place]
    turns.opened = {}
    back = [judged(place, each.port, State.REFUSED, each.requests[0]) for each in turns.asked]
    assert marking.apply(back) == rows
    assert len(turns.asked) == 2, "once"


def test_what_is_kept_comes_behind_the_last_rows() -> None:
    turns, place = Turns(), place_with(100)
    marking, kept = turns.marking(), turns.opens(place, 80)
    assert marking.apply(kept) == []
    last = [judged(place, 81, State.REFUSED)]
    assert marking.finish(last, complete=False) == [*last, *kept]
