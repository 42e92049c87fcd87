"""The probes beside the list: to whom they go, how they ask, and what becomes of their answers."""

from collections.abc import Container

from scanner.model import Place, Request, Result, State
from scanner.scanning.phantoms.extra_probes import ExtraProbes
from scanner.scanning.phantoms.one_host import OpenHost
from tests.scanning.hosts import host_of, judged, place_with


def answered(extras: ExtraProbes, *states: State) -> list[Result]:
    """The verdicts on what is wanted, in its order."""
    return [
        judged(each.place, each.port, state, each.requests[0])
        for each, state in zip(extras.take_wanted(), states, strict=True)
    ]


def everything(place: Place, port: int) -> bool:
    return True


def test_canaries_are_two_high_ports_that_nothing_forbids() -> None:
    def canaries(permitted: Container[int]) -> set[int]:
        extras = ExtraProbes(lambda place, port: port in permitted, seed=1)
        host = host_of(place_with(3))
        extras.canaries(host)
        assert host.canaries.were_sent is bool(extras.out)
        return {each.port for each in extras.take_wanted()}

    assert len(canaries(range(65_536))) == 2
    assert canaries(range(49_152, 65_536)) == canaries(range(65_536))
    assert canaries(()) == set()


def test_canaries_are_as_patient_as_the_list_and_witnesses_ask_once() -> None:
    extras = ExtraProbes(everything, seed=1)
    host = OpenHost(place_with(3), Request(timeout=0.3, retries=4, vantage="here", expect="open", name="x"), 0.0)
    extras.canaries(host)
    extras.witness(host, 80)
    extras.sample(host, 443)
    asked = [each.requests[0] for each in extras.take_wanted()]
    assert [(each.timeout, each.retries) for each in asked] == [(0.3, 4), (0.3, 4), (0.3, 0), (0.3, 0)]
    assert {(each.vantage, each.expect, each.name) for each in asked} == {("here", "", "")}


def test_what_is_wanted_is_handed_out_once() -> None:
    extras = ExtraProbes(everything)
    extras.witness(host_of(place_with(3)), 80)
    assert len(extras.take_wanted()) == 1
    assert extras.take_wanted() == []
    assert extras.out, "and its verdict is awaited all the same"


def test_each_answer_finds_its_host_again() -> None:
    extras, first, second = ExtraProbes(everything), host_of(place_with(3)), host_of(place_with(3, number=2))
    extras.witness(first, 80)
    extras.witness(second, 80)
    rows = answered(extras, State.OPEN, State.REFUSED)
    assert [extras.back(row) for row in rows] == [first, second]
    assert not extras.out
    assert [(host.extras.out, host.extras.again) for host in (first, second)] == [(0, 1), (0, 0)]


def test_an_open_canary_is_no_port_of_the_list() -> None:
    extras, host = ExtraProbes(everything), host_of(place_with(3))
    extras.canaries(host)
    for row in answered(extras, State.OPEN, State.OPEN):
        extras.back(row)
    assert host.extras.again == 0
    assert host.marked


def test_a_sample_says_what_it_found_and_is_no_witness() -> None:
    extras, host = ExtraProbes(everything), host_of(place_with(3))
    extras.sample(host, 443)
    (row,) = answered(extras, State.REFUSED)
    extras.back(row)
    assert host.extras.sampled is State.REFUSED
    assert host.runs.inquiry.refusing == []


def test_a_sample_that_should_have_answered_is_late() -> None:
    extras, host = ExtraProbes(everything), host_of(place_with(3))
    extras.sample(host, 443)
    (sample,) = extras.take_wanted()
    extras.note_late([(sample, 1.0)], before=1.0)
    assert host.extras.sampled is None
    extras.note_late([(sample, 1.0)], before=1.1)
    assert host.extras.sampled is State.TIMEOUT
    extras.back(judged(host.place, 443, State.OPEN, sample.requests[0]))
    assert host.extras.sampled is State.OPEN, "it answered after all"


def test_silent_ones_are_counted_by_their_doubt() -> None:
    extras, host = ExtraProbes(everything), host_of(place_with(3))
    extras.witness(host, 80)
    (row,) = answered(extras, State.TIMEOUT)
    row.doubt = "unverified"
    extras.back(row)
    assert extras.timeouts == {"unverified": 1}
