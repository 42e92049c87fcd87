"""One silent host: which of the answers speaks for it, and when nothing may be claimed."""

from typing import Any

import pytest

from scanner.model import Doubt, End, Note, Place, Request, Result, State, Trace
from scanner.tracing.silent_host import HeardAnswer, SilentHost

_PLACE = Place("10.0.0.1", 2)


def row(
    port: int,
    state: State = State.TIMEOUT,
    *,
    doubt: str = "",
    sender: str = "",
    met: bool | None = None,
    rtt_ms: float | None = None,
    timeout: float = 1.0,
) -> Result:
    reason = {State.TIMEOUT: "no-response", State.REFUSED: "conn-refused", State.OPEN: "syn-ack"}
    why = reason.get(state, "port-unreach")
    return Result(_PLACE, port, Request(timeout=timeout), state, why, sender, rtt_ms, doubt=doubt, met=met)


def host(*silent: Result) -> SilentHost:
    found = SilentHost(silent[0])
    for each in silent:
        found.add(each, vacant=False)
    return found


def heard(found: SilentHost, *rows: Result, vacant: bool = False, phantom: bool = False) -> SilentHost:
    for each in rows:
        found.hear(each, vacant=vacant, phantom=phantom)
    return found


def told(found: SilentHost, scanned: HeardAnswer | None = None) -> tuple[str, int | None, list[int], str | None]:
    said = found.as_dict(scanned, accepting=False)
    return said["witness"], said["port"], said["asked"], said["doubt"]


def asked(found: SilentHost, *ports: int) -> SilentHost:
    found.ask(list(ports))
    return found


def test_the_scans_own_answer_comes_first() -> None:
    scanned = HeardAnswer.of(row(22, State.REFUSED))
    assert told(host(row(443)), scanned) == ("answers", 22, [], None)
    assert host(row(443)).as_dict(scanned, accepting=True)["witness"] == "accepts-everything"


def test_an_answer_that_was_asked_for() -> None:
    found = heard(asked(host(row(443)), 22, 80), row(22), row(80, State.REFUSED))
    assert told(found) == ("answers", 80, [22, 80], None)
    assert found.as_dict(None, accepting=False)["silent"] == [22]
    found = heard(asked(host(row(443)), 22, 80), row(22, State.REFUSED), row(80, State.OPEN))
    assert told(found) == ("answers", 22, [22, 80], None), "the first is as good as any"
    found = heard(asked(host(row(443)), 22), row(22, State.UNREACHABLE, sender="10.0.0.1"))
    assert told(found) == ("answers", 22, [22], None), "its own ICMP error is one as well"


def test_an_answer_in_doubt_gives_way_and_a_phantom_is_none() -> None:
    found = heard(asked(host(row(443)), 22, 80), row(22, State.REFUSED, doubt=Doubt.FLIPPED), row(80, State.REFUSED))
    assert told(found) == ("answers", 80, [22, 80], None)
    found = heard(asked(host(row(443)), 22), row(22, State.REFUSED, doubt=Doubt.FLIPPED))
    assert told(found) == ("answers", 22, [22], "flipped")
    assert told(heard(asked(host(row(443)), 22), row(22, State.OPEN), phantom=True))[0] == "nothing"


def test_silence_is_claimed_of_what_was_asked_and_judged() -> None:
    assert told(host(row(443)))[0] == "not-asked"
    assert told(asked(host(row(443)), 22, 80))[0] == "unknown"
    cut = heard(asked(host(row(443)), 22, 80), row(22))
    assert told(cut) == ("unknown", None, [22], None), "time ran out"
    assert cut.as_dict(None, accepting=False)["unheard"] == [80]
    assert told(asked(asked(host(row(443)), 22, 80)))[0] == "not-asked", "it was stopped before it began to ask"
    assert told(heard(asked(host(row(443)), 22, 80), row(22), row(80))) == ("nothing", None, [22, 80], None)
    rejected = row(80, State.UNREACHABLE, sender="10.9.9.9")
    assert told(heard(asked(host(row(443)), 22, 80), row(22), rejected))[0] == "nothing", "a router is not the host"


def test_many_silent_ports_of_the_scan_are_enough() -> None:
    assert told(host(row(1), row(2)))[0] == "not-asked"
    assert told(host(row(1), row(2), row(3))) == ("nothing", None, [], None)
    assert told(asked(host(row(1), row(2), row(3)), 22))[0] == "unknown", "but somebody thought otherwise, and asks"


def test_many_rows_of_one_port_are_not_enough() -> None:
    assert told(host(row(1), row(1), row(1), row(2)))[0] == "not-asked"


def test_where_answers_were_forgotten_nothing_is_claimed() -> None:
    silent = host(row(1), row(2), row(3))
    assert silent.as_dict(None, accepting=False, forgotten=True)["witness"] == "unknown"


def test_one_open_port_that_was_asked_may_be_of_something_in_front() -> None:
    rows = row(22), row(80, State.OPEN), row(443, State.UNREACHABLE, sender="10.9.9.9")
    assert told(heard(asked(host(row(9)), 22, 80, 443), *rows))[:2] == ("one-open-port", 80)
    assert told(heard(asked(host(row(9)), 22, 80, 443), *rows, row(22, State.REFUSED)))[0] == "answers"
    assert told(host(row(9)), HeardAnswer.of(row(80, State.OPEN)))[0] == "answers", "a row of the scan"


def test_a_refusal_beats_an_icmp_error() -> None:
    rejected = row(22, State.UNREACHABLE, sender="10.0.0.1")
    assert told(heard(asked(host(row(9)), 22, 80), rejected, row(80, State.REFUSED)))[:2] == ("answers", 80)
    assert told(heard(asked(host(row(9)), 22, 80), row(80, State.REFUSED), rejected))[:2] == ("answers", 80)


def trace_of(port: int, state: State | None) -> Trace:
    return Trace("10.0.0.1", "10.0.0.1", port, (), End(state, "syn-ack", "", 1))


def test_what_answered_when_traced_is_not_silent() -> None:
    found = host(row(20, met=False), row(20, met=False), row(21, met=True), row(22, met=False))
    found.traced(trace_of(20, State.OPEN))
    said = found.as_dict(None, accepting=False)
    assert (said["targets"], said["unmet"], said["ports"], said["late"]) == (2, 1, [21, 22], [20])
    assert (said["witness"], said["port"], said["state"]) == ("answers", 20, "open")
    found.traced(trace_of(21, State.REFUSED))
    found.traced(trace_of(22, State.REFUSED))
    assert not found.is_silent


def test_traced_ports_that_are_not_kept_are_taken_out_as_well() -> None:
    found = host(*(row(port, met=False) for port in range(1, 12)))
    found.traced(trace_of(11, State.OPEN))
    said = found.as_dict(None, accepting=False)
    assert (said["targets"], said["unmet"], said["ports"]) == (10, 10, list(range(1, 11)))


@pytest.mark.parametrize(
    ("silent", "answer", "doubt"),
    [
        ({}, {}, None),
        ({"doubt": Doubt.LOSSY}, {}, "lossy"),
        ({"doubt": Doubt.NEIGHBOUR_PENDING}, {}, "neighbour-pending"),
        ({"doubt": Doubt.UNVERIFIED}, {}, None),
        ({"timeout": 0.1}, {"rtt_ms": 230.0}, "slow"),
        ({"timeout": 0.5, "doubt": Doubt.LOSSY}, {"rtt_ms": 230.0}, "lossy"),
    ],
)
def test_why_silence_says_little(silent: dict[str, Any], answer: dict[str, Any], doubt: str | None) -> None:
    found = heard(asked(host(row(443, **silent)), 22), row(22, State.REFUSED, **answer))
    assert found.as_dict(None, accepting=False)["silence_doubt"] == doubt


def test_only_is_of_all_that_was_probed() -> None:
    """Discovery's probes have no rows."""
    note = Note()
    silent = SilentHost(Result(Place("10.0.0.1", 2, note=note), 9, Request(), State.TIMEOUT, "no-response"))
    silent.add(row(9), vacant=False)
    for note.mute, more in ((1, False), (2, True)):
        assert silent.as_dict(HeardAnswer.of(row(22, State.REFUSED)), accepting=False)["more_silent"] is more


def test_the_engines_note_speaks_for_it_too() -> None:
    note = Note()
    noted = SilentHost(Result(Place("10.0.0.1", 2, note=note), 9, Request(), State.TIMEOUT, "no-response"))
    assert noted.noted is None
    note.verdicts = 1
    assert noted.noted == HeardAnswer(None, None, "", "")
    note.refused = 22
    assert noted.noted == HeardAnswer(22, State.REFUSED, "conn-refused", "")


def test_where_packets_are_lost_it_says_so() -> None:
    found = heard(asked(host(row(443)), 22), row(22, doubt=Doubt.LOSSY))
    assert told(found) == ("nothing", None, [22], "lossy")


def test_nobody_is_there() -> None:
    found = heard(asked(host(row(443)), 22), row(22, State.UNREACHABLE), vacant=True)
    assert told(found)[0] == "no-neighbour"
    vacant = SilentHost(row(443, State.UNREACHABLE))
    vacant.add(row(443, State.UNREACHABLE), vacant=True)
    assert told(vacant)[0] == "no-neighbour"
    assert vacant.is_vacant


def test_a_neighbour_after_all() -> None:
    vacant = host(row(9))
    vacant.add(row(443, State.UNREACHABLE, met=False), vacant=True)
    assert vacant.as_dict(None, accepting=False)["targets"] == 2
    vacant.is_there()
    said = vacant.as_dict(None, accepting=False)
    assert (said["witness"], said["targets"], said["unmet"], said["ports"]) == ("not-asked", 1, 0, [9])


def test_few_ports_are_kept_and_all_targets_counted() -> None:
    found = host(*(row(port, met=port % 2 == 0) for port in range(100, 0, -1)))
    said = found.as_dict(None, accepting=False)
    assert (said["targets"], said["unmet"], said["ports"]) == (100, 50, list(range(91, 101)))
