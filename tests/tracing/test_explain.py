"""`--explain` on loopback: what is blocked is traced after the scan, and everything else costs nothing."""

from collections.abc import Callable, Generator, Sequence
from itertools import chain, repeat
from typing import Any

import pytest

from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Place, Request, Result, State
from scanner.tracing.explain import LIMIT_S, Asking, Explanation, absent_neighbours, after_a_scan
from scanner.tracing.silence_witnesses import WitnessQuestion
from scanner.tracing.trace_options import TraceOptions
from tests.engine.listeners import full_backlog, listener

NOTHING_KNOWN = {"traced": 0, "groups": [], "by_row": {}, "witnesses": [], "more_targets": 0}


def blocked(port: int) -> Result:
    return Result(Place("127.0.0.1", 2), port, Request(), State.TIMEOUT, "no-response")


class Asked:
    """Questions that get these batches of answers, and for ever nothing after that; `on_turn` happens between two."""

    def __init__(self, *batches: list[Result], on_turn: Callable[[], None] = lambda: None) -> None:
        self._batches = batches
        self._on_turn = on_turn
        self.questions: list[WitnessQuestion] = []
        self.stopped = False

    def begin(self, questions: Sequence[WitnessQuestion]) -> Asking:
        self.questions += questions
        return self

    def batches(self) -> Generator[list[Result]]:
        for batch in chain(self._batches, repeat([])):
            if self.stopped:
                return
            yield batch
            self._on_turn()

    def stop(self) -> None:
        self.stopped = True


def explained(asked: Asked, *results: Result, **options: Any) -> dict[str, Any]:
    explanation = Explanation(TraceOptions(names=False, **options), asked.begin, lambda place, port: True)
    explanation.add(results)
    for _ in explanation.turns():
        pass
    return explanation.as_dict()


def test_nothing_blocked_is_explained_at_once() -> None:
    explanation = Explanation(TraceOptions(names=False))
    explanation.add([Result(Place("127.0.0.1", 2), 1, Request(), State.REFUSED, "conn-refused")])
    assert explanation.count == 0
    assert explanation.as_dict() == {"complete": True, **NOTHING_KNOWN}


def test_what_is_not_traced_yet_is_not_complete() -> None:
    explanation = Explanation(TraceOptions(names=False))
    row = blocked(1)
    explanation.add([row])
    found = explanation.as_dict()
    assert (found["complete"], found["traced"], found["witnesses"]) == (False, 0, [])
    assert [(one["targets"], one["traced"], one["state"], one["at"]) for one in found["groups"]] == [
        (1, 0, "timeout", None)
    ]
    assert found["by_row"] == {row.group: "A"}, "what rows carry leads somewhere"


def test_what_answers_by_now_is_said_so() -> None:
    explanation = Explanation(TraceOptions(names=False))
    with listener() as port:
        explanation.add([blocked(port)])
        for _ in explanation.turns():
            pass
    found = explanation.as_dict()
    assert (found["complete"], found["traced"], len(found["groups"])) == (True, 1, 1)
    assert (found["groups"][0]["state"], found["groups"][0]["at"]) == ("open", "target")


def test_silence_and_the_limit_of_time() -> None:
    options = TraceOptions(names=False, limit_s=0.3)
    explanation = Explanation(options)
    with full_backlog() as port:
        explanation.add([blocked(port)])
        for _ in explanation.turns():
            pass
    found = explanation.as_dict()
    assert not found["complete"]
    assert [(one["targets"], one["traced"], one["state"]) for one in found["groups"]] == [(1, 0, "timeout")]


def test_who_is_silent_is_asked_and_what_is_heard_is_told() -> None:
    with listener() as port, full_backlog() as silent:
        row = blocked(port)
        asked = Asked([Result(row.place, 22, Request(), State.REFUSED, "conn-refused")])
        found = explained(asked, row, blocked(silent), limit_s=1.0)
    ((place, ports, request),) = asked.questions
    assert (place, ports, request) == (row.place, (22, 80, 443), row.request)
    (witness,) = found["witnesses"]
    assert (witness["witness"], witness["port"], witness["asked"]) == ("answers", 22, [22])
    assert (witness["ports"], witness["late"]) == ([silent], [port]), "the trace heard it"
    assert found["traced"] == 1, "half of the time is left for the traces"
    assert row.group in found["by_row"]


def test_what_the_time_was_too_short_for_is_not_claimed() -> None:
    with full_backlog() as port:
        row = blocked(port)
        asked = Asked([Result(row.place, 22, Request(), State.TIMEOUT, "no-response")])
        found = explained(asked, row, limit_s=0.5)
    assert asked.stopped
    assert [each["witness"] for each in found["witnesses"]] == ["unknown"]


def test_nobody_is_asked_before_the_scans_last_second_is_over() -> None:
    """A rate holds for any second; here the pause takes all the time there is."""
    asked = Asked()
    assert explained(asked, blocked(1), limit_s=0.4, rate=100.0)["witnesses"][0]["witness"] == "not-asked"
    assert asked.questions == []


def test_stopped_while_it_asks_it_ends_and_tells_what_it_knows() -> None:
    row = blocked(1)
    asked = Asked([Result(row.place, 22, Request(), State.REFUSED, "conn-refused")], on_turn=lambda: explanation.stop())
    explanation = Explanation(TraceOptions(names=False), asked.begin, lambda place, port: True)
    explanation.add([row])
    assert len(list(explanation.turns())) <= 4
    assert asked.stopped
    told = explanation.as_dict()
    assert (told["complete"], told["traced"]) == (False, 0)
    assert [each["witness"] for each in told["witnesses"]] == ["answers"]
    assert [each["targets"] for each in told["groups"]] == [1], "silent, not traced"


def test_closed_early_it_closes_what_it_asks() -> None:
    closed: list[bool] = []

    class Watched(Asked):
        def batches(self) -> Generator[list[Result]]:
            try:
                yield from super().batches()
            finally:
                closed.append(True)

    explanation = Explanation(TraceOptions(names=False), Watched().begin, lambda place, port: True)
    explanation.add([blocked(1)])
    turns = explanation.turns()
    next(turns)
    turns.close()
    assert closed == [True]


def test_without_anybody_who_asks_nothing_is_asked() -> None:
    explanation = Explanation(TraceOptions(names=False))
    explanation.add([blocked(1)])
    assert explanation.questions() == []


@pytest.mark.parametrize("resolution", Resolution)
def test_who_is_no_neighbour_was_asked_for_in_vain(resolution: Resolution) -> None:
    """Who is there, and whom nobody asked for, was rejected by somebody else."""
    is_absent = absent_neighbours(lambda family: {(bytes([10, 0, 0, 1]), 0): resolution})
    assert is_absent(Place("10.0.0.1", 2)) is (resolution in (Resolution.FAILED, Resolution.RESOLVING))
    assert not is_absent(Place("10.0.0.2", 2))


def test_where_the_kernel_forgets_neighbours_it_is_taken_at_its_first_word() -> None:
    many: dict[NeighbourKey, Resolution] = {(bytes([10, 1, 0, n]), 0): Resolution.FAILED for n in range(200)}
    assert absent_neighbours(lambda family: many)(Place("10.0.0.1", 2))


def test_where_the_kernel_does_not_tell_nobody_is_called_absent() -> None:
    def starved(family: int) -> dict[NeighbourKey, Resolution]:
        raise OSError("no descriptor")

    assert not absent_neighbours(starved)(Place("10.0.0.1", 2))
    assert not absent_neighbours(lambda family: None)(Place("10.0.0.1", 2))


def test_it_takes_no_longer_than_anybody_waits() -> None:
    assert after_a_scan(TraceOptions()).limit_s == LIMIT_S
    assert after_a_scan(TraceOptions(limit_s=0.3)).limit_s == 0.3


def test_stopped_before_it_began_it_ends_at_once() -> None:
    explanation = Explanation(TraceOptions(names=False))
    explanation.add([blocked(1)])
    explanation.stop()
    assert len(list(explanation.turns())) <= 1
    assert not explanation.as_dict()["complete"]


@pytest.mark.parametrize(
    ("options", "pause"),
    [
        ({}, 0.0),
        ({"rate": 100.0}, 1.0),
        ({"host_rate": 5.0}, 1.0),
        ({"rate": 100.0, "host_rate": 0.25}, 4.0),
    ],
)
def test_what_the_scan_sent_counts_at_its_rates(options: dict[str, float], pause: float) -> None:
    """Its last second and the first one of the traces may overlap."""
    given = TraceOptions(names=False, **options)  # type: ignore[arg-type]
    assert after_a_scan(given).pause_s == pause
    assert given.pause_s == 0.0
