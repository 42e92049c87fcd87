"""The probes beside the list: to whom they go, how they ask, and what becomes of their answers."""

from collections.abc import Container

from scanner.model import Place, Request, Result, State
from scanner.scanning.phantoms.beside import Beside
from scanner.scanning.phantoms.one_host import OpenHost
from tests.scanning.hosts import host_of, judged, place_with


def answered(beside: Beside, *states: State) -> list[Result]:
    """The verdicts on what is wanted, in its order."""
    return [
        judged(each.place, each.port, state, each.requests[0])
        for each, state in zip(beside.take_wanted(), states, strict=True)
    ]


def everything(place: Place, port: int) -> bool:
    return True


def test_canaries_are_two_high_ports_that_nothing_forbids() -> None:
    def canaries(permitted: Container[int]) -> set[int]:
        beside = Beside(lambda place, port: port in permitted, seed=1)
        host = host_of(place_with(3))
        beside.canaries(host)
        assert host.canaries.sent is bool(beside.out)
        return {each.port for each in beside.take_wanted()}

    assert len(canaries(range(65_536))) == 2
    assert canaries(range(49_152, 65_536)) == canaries(range(65_536))
    assert canaries(()) == set()


def test_canaries_are_as_patient_as_the_list_and_witnesses_ask_once() -> None:
    beside = Beside(everything, seed=1)
    host = OpenHost(place_with(3), Request(timeout=0.3, retries=4, vantage="here", expect="open", name="x"), 0.0)
    beside.canaries(host)
    beside.witness(host, 80)
    beside.elsewhere(host, 443)
    asked = [each.requests[0] for each in beside.take_wanted()]
    assert [(each.timeout, each.retries) for each in asked] == [(0.3, 4), (0.3, 4), (0.3, 0), (0.3, 0)]
    assert {(each.vantage, each.expect, each.name) for each in asked} == {("here", "", "")}


def test_what_is_wanted_is_handed_out_once() -> None:
    beside = Beside(everything)
    beside.witness(host_of(place_with(3)), 80)
    assert len(beside.take_wanted()) == 1
    assert beside.take_wanted() == []
    assert beside.out, "and its verdict is awaited all the same"


def test_each_answer_finds_its_host_again() -> None:
    beside, first, second = Beside(everything), host_of(place_with(3)), host_of(place_with(3, number=2))
    beside.witness(first, 80)
    beside.witness(second, 80)
    rows = answered(beside, State.OPEN, State.REFUSED)
    assert [beside.back(row) for row in rows] == [first, second]
    assert not beside.out
    assert [(host.beside.out, host.beside.again) for host in (first, second)] == [(0, 1), (0, 0)]


def test_an_open_canary_is_no_port_of_the_list() -> None:
    beside, host = Beside(everything), host_of(place_with(3))
    beside.canaries(host)
    for row in answered(beside, State.OPEN, State.OPEN):
        beside.back(row)
    assert host.beside.again == 0
    assert host.marked


def test_a_sample_says_what_it_found_and_is_no_witness() -> None:
    beside, host = Beside(everything), host_of(place_with(3))
    beside.elsewhere(host, 443)
    (row,) = answered(beside, State.REFUSED)
    beside.back(row)
    assert host.beside.elsewhere is State.REFUSED
    assert host.runs.inquiry.refusing == []


def test_a_sample_that_should_have_answered_is_late() -> None:
    beside, host = Beside(everything), host_of(place_with(3))
    beside.elsewhere(host, 443)
    (sample,) = beside.take_wanted()
    beside.note_late([(sample, 1.0)], before=1.0)
    assert host.beside.elsewhere is None
    beside.note_late([(sample, 1.0)], before=1.1)
    assert host.beside.elsewhere is State.TIMEOUT
    beside.back(judged(host.place, 443, State.OPEN, sample.requests[0]))
    assert host.beside.elsewhere is State.OPEN, "it answered after all"


def test_silent_ones_are_counted_by_their_doubt() -> None:
    beside, host = Beside(everything), host_of(place_with(3))
    beside.witness(host, 80)
    (row,) = answered(beside, State.TIMEOUT)
    row.doubt = "unverified"
    beside.back(row)
    assert beside.timeouts == {"unverified": 1}
