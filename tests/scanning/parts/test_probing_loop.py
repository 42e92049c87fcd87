"""How often a part speaks, when it holds back, and what it says last, on a clock that ticks with each batch."""

import errno
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from scanner.model import Place, Result
from scanner.scanning.parts.joined_headway import joined_headway
from scanner.scanning.parts.probing_loop import Gathering, ProbingLoop
from scanner.scanning.parts.worker_state import WorkerState
from scanner.scanning.probing import Headway
from scanner.scanning.responder_choice import KnownResponder
from tests.scanning.test_journaled_probing import ListProbing

SOMEBODY = KnownResponder(Place("10.0.0.9", 2), 80)


class TickingProbing(ListProbing):
    """Each batch takes 0.1 s."""

    def __init__(self, batches: Sequence[Sequence[int]], breaks: Exception | None = None) -> None:
        super().__init__(batches, breaks)
        self.now = 100.0
        self.holds: list[bool] = []

    def batches(self) -> Generator[list[Result], None, None]:
        for rows in super().batches():
            self.now += 0.1
            yield rows

    def hold(self, holds: bool) -> None:
        self.holds.append(holds)

    @property
    def evidence_so_far(self) -> dict[str, Any]:
        return {"timeouts": len(self.asked)}


class ListVoice:
    """Keeps what is said: the ports of its rows, and whether it was the last. `fill`: how full its way is each time."""

    def __init__(self, fill: Sequence[float] = (), told: Sequence[KnownResponder] = ()) -> None:
        self.said: list[tuple[list[int], bool]] = []
        self.state = WorkerState()
        self.settled: list[tuple[list[int], bool]] = []
        self._fill = list(fill)
        self._told = told

    @property
    def filled(self) -> float:
        return self._fill.pop(0) if self._fill else 0.0

    def listen(self) -> Sequence[KnownResponder]:
        told, self._told = self._told, ()
        return told

    def say(self, rows: Sequence[Result], state: WorkerState, *, last: bool) -> None:
        self.said.append(([row.port for row in rows], last))
        self.state = state

    def settle(self) -> None:
        self.settled = self.said[:]


class StatesVoice(ListVoice):
    """Keeps all that is said of how far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[WorkerState] = []

    def say(self, rows: Sequence[Result], state: WorkerState, *, last: bool) -> None:
        self.states.append(state)


class StoppingVoice(ListVoice):
    """Hears that it is to end when it listens for this time."""

    def __init__(self, probing: TickingProbing, time: int) -> None:
        super().__init__()
        self._probing = probing
        self._times = time

    def listen(self) -> Sequence[KnownResponder]:
        self._times -= 1
        if not self._times:
            self._probing.stop()
        return super().listen()


def probe(
    probing: TickingProbing, voice: ListVoice, *, each_s: float = 0.2, most: int = 100, spares: bool = False
) -> None:
    ProbingLoop(probing, voice, Gathering(each_s, most), spares_hosts=spares, clock=lambda: probing.now).probe()


def test_rows_are_gathered_for_a_while() -> None:
    voice = ListVoice()
    probe(TickingProbing([[1], [2], [3], [4], [5], [6]]), voice, each_s=0.25)
    assert voice.said == [([1], False), ([2, 3, 4], False), ([5, 6], True)]
    assert voice.state.complete
    assert voice.state.evidence["timeouts"] == 1


def test_what_its_rows_rest_on_is_said_each_second() -> None:
    """Whoever is killed says nothing more, and its rows are there."""
    probing, voice = TickingProbing([[number] for number in range(16)]), StatesVoice()
    probe(probing, voice, each_s=0.0)
    *told, last = [state.evidence["timeouts"] for state in voice.states]
    assert list(dict.fromkeys(told)) in ([1, 11], [1, 12])  # a second is about ten batches
    assert last == 1


def test_many_rows_wait_for_nothing_and_leave_in_lots() -> None:
    voice = ListVoice()
    probe(TickingProbing([[1], [2, 3, 4, 5, 6], [7, 8, 9]]), voice, each_s=60, most=2)
    assert [rows for rows, _ in voice.said] == [[1], [2, 3], [4, 5], [6], [7, 8], [9], []]
    assert [last for _, last in voice.said] == [False] * 6 + [True]


def test_what_was_found_is_said_before_an_error_is_raised() -> None:
    voice = ListVoice()
    with pytest.raises(OSError, match="broken"):
        probe(TickingProbing([[1], [2]], OSError(errno.EIO, "broken")), voice, each_s=60)
    assert voice.said == [([1], False), ([2], False), ([9999], False)]
    assert voice.settled == voice.said[:2]


def test_what_was_found_before_a_stop_is_said_before_what_comes_then() -> None:
    probing = TickingProbing([[1], [2], [3], [4]])
    voice = StoppingVoice(probing, 3)
    probe(probing, voice, each_s=60)
    assert voice.said == [([1], False), ([2, 3], False), ([9999], True)]
    assert voice.settled == voice.said[:2]


def test_it_holds_while_its_way_is_full_and_until_there_is_room_again() -> None:
    probing = TickingProbing([[1]] * 7)
    probe(probing, ListVoice(fill=[0.9, 1.1, 0.9, 0.3, 0.2, 0.9]), each_s=0.0)
    assert probing.holds == [True, False]


@pytest.mark.parametrize("spares", [False, True])
def test_hosts_of_other_parts_are_asked_unless_each_has_a_rate(spares: bool) -> None:
    probing = TickingProbing([[1]])
    probe(probing, ListVoice(told=[SOMEBODY]), spares=spares)
    assert probing.told == ([] if spares else [("10.0.0.9", 80)])


def test_hosts_are_added_up_unless_one_part_has_too_many() -> None:
    one, nowhere = Headway(attempts=2, total=5, hosts=3), Headway(attempts=1, total=1)
    assert joined_headway([one, nowhere, one]) == Headway(attempts=5, total=11, hosts=6)
    assert joined_headway([one, Headway(total=1 << 20)]).hosts == 0
    assert joined_headway([]) == Headway()
    assert joined_headway([one, one], meeting=True) == Headway(attempts=4, total=10)
