"""A witness for every silence: who is asked what, within which bounds, and what is never asked."""

import pytest

from scanner.model import Doubt, End, Note, Place, Request, Result, State, Trace
from scanner.model.asked import UNPROBED
from scanner.tracing.silence_witnesses import (
    MOST_ANSWERING,
    MOST_ASKED,
    MOST_HOSTS,
    MOST_PORTS,
    USUAL_PORTS,
    SilenceWitnesses,
)

_REASONS = {State.TIMEOUT: "no-response", State.REFUSED: "conn-refused", State.OPEN: "syn-ack"}


def row(address: str, port: int, state: State = State.TIMEOUT, *, note: Note = UNPROBED, **more: object) -> Result:
    place = Place(address, 10 if ":" in address else 2, note=note)
    return Result(place, port, Request(), state, _REASONS.get(state, "host-unreach"), **more)  # type: ignore[arg-type]


def witnesses(*rows: Result, attached: bool = False) -> SilenceWitnesses:
    found = SilenceWitnesses(lambda place: attached)
    found.add(rows)
    return found


def questions(found: SilenceWitnesses, *, excluded: tuple[int, ...] = ()) -> list[tuple[str, tuple[int, ...]]]:
    asked = found.to_ask(lambda place, port: port not in excluded)
    return [(each.place.address, each.ports) for each in asked]


def kinds(found: SilenceWitnesses) -> dict[str, str]:
    return {each["address"]: each["witness"] for each in found.as_dicts()}


@pytest.mark.parametrize("state", [State.OPEN, State.REFUSED])
@pytest.mark.parametrize("first", [True, False])
def test_a_row_of_the_scan_speaks_for_the_host(state: State, first: bool) -> None:
    rows = [row("10.0.0.1", 22, state), row("10.0.0.1", 443)]
    found = witnesses(*(rows if first else rows[::-1]))
    assert questions(found) == []
    (told,) = found.as_dicts()
    assert (told["witness"], told["port"], told["state"], told["ports"]) == ("answers", 22, state, [443])


def test_its_own_icmp_error_does_and_a_routers_does_not() -> None:
    own = row("10.0.0.1", 22, State.UNREACHABLE, icmp_from="10.0.0.1")
    routers = row("10.0.0.2", 22, State.UNREACHABLE, icmp_from="10.9.9.9")
    found = witnesses(own, routers, row("10.0.0.1", 443), row("10.0.0.2", 443))
    assert questions(found) == [("10.0.0.2", USUAL_PORTS[:2] + USUAL_PORTS[3:4])], "22 was not silent, 443 was"
    assert kinds(found) == {"10.0.0.1": "answers", "10.0.0.2": "unknown"}


def test_usual_ports_that_were_not_asked_and_may_be() -> None:
    assert questions(witnesses(row("10.0.0.1", 9))) == [("10.0.0.1", (22, 80, 443))]
    assert questions(witnesses(row("10.0.0.1", 22))) == [("10.0.0.1", (80, 443, 445))]
    assert questions(witnesses(row("10.0.0.1", 9)), excluded=(22, 443)) == [("10.0.0.1", (80, 445, 3389))]
    found = witnesses(row("10.0.0.1", 9))
    assert questions(found, excluded=USUAL_PORTS) == []
    assert kinds(found) == {"10.0.0.1": "not-asked"}


def test_hosts_with_unmet_targets_are_asked_first_and_not_more_than_anybody_minds() -> None:
    rows = [row(f"10.0.{n >> 8}.{n & 255}", 9, met=True) for n in range(1, 500)]
    found = witnesses(*rows, row("10.0.9.9", 9, met=False))
    asked = questions(found)
    assert asked[0][0] == "10.0.9.9"
    assert len(asked) == MOST_ASKED
    assert {len(ports) for _, ports in asked} == {MOST_PORTS}
    found.heard(row(address, port) for address, ports in asked for port in ports)
    assert sorted(kinds(found).values()) == ["not-asked"] * (500 - MOST_ASKED) + ["nothing"] * MOST_ASKED


def test_what_accepts_everything_is_no_witness_and_is_not_asked() -> None:
    accepting = row("10.0.0.1", 22, State.OPEN, doubt=Doubt.ACCEPTS_EVERYTHING)
    found = witnesses(accepting, row("10.0.0.1", 23, State.REFUSED), row("10.0.0.1", 443))
    found.add([row("10.0.0.2", 22, State.OPEN, doubt=Doubt.ACCEPTS_EVERYTHING), row("10.0.0.2", 443)])
    assert questions(found) == []
    assert kinds(found) == {"10.0.0.1": "accepts-everything", "10.0.0.2": "accepts-everything"}


def test_a_port_that_is_open_everywhere_is_no_witness_and_is_not_asked() -> None:
    shield = row("10.0.0.1", 80, State.OPEN, doubt=Doubt.INTERCEPTED)
    found = witnesses(shield, row("10.0.0.1", 9), row("10.0.0.2", 9))
    assert questions(found) == [("10.0.0.1", (22, 443, 445)), ("10.0.0.2", (22, 443, 445))]
    found.heard([row("10.0.0.2", 22, State.OPEN, doubt=Doubt.INTERCEPTED), row("10.0.0.2", 443), row("10.0.0.2", 445)])
    assert kinds(found) == {"10.0.0.1": "unknown", "10.0.0.2": "nothing"}


def test_an_answer_in_doubt_counts_where_there_is_no_other() -> None:
    doubted = row("10.0.0.1", 22, State.REFUSED, doubt=Doubt.FLIPPED)
    found = witnesses(doubted, row("10.0.0.1", 443))
    assert [(each["port"], each["doubt"]) for each in found.as_dicts()] == [(22, "flipped")]
    found.add([row("10.0.0.1", 25, State.REFUSED)])
    assert [(each["port"], each["doubt"]) for each in found.as_dicts()] == [(25, None)]


@pytest.mark.parametrize(("attached", "told"), [(True, {"10.0.0.1": "no-neighbour"}), (False, {})])
def test_no_neighbour_is_said_of_attached_networks(attached: bool, told: dict[str, str]) -> None:
    """Elsewhere it is the gateway that is not there."""
    found = witnesses(row("10.0.0.1", 22, State.UNREACHABLE), attached=attached)
    assert questions(found) == []
    assert kinds(found) == told


@pytest.mark.parametrize("first", [True, False])
def test_a_refusal_beats_an_icmp_error_of_the_host(first: bool) -> None:
    rows = [row("10.0.0.1", 1, State.UNREACHABLE, icmp_from="10.0.0.1"), row("10.0.0.1", 2, State.REFUSED)]
    (told,) = witnesses(row("10.0.0.1", 9), *(rows if first else rows[::-1])).as_dicts()
    assert (told["port"], told["state"]) == (2, "refused")


def test_a_host_that_answered_anything_is_a_neighbour() -> None:
    found = witnesses(row("10.0.0.1", 22, State.UNREACHABLE), row("10.0.0.1", 80, State.OPEN), attached=True)
    assert found.as_dicts() == [], "and nothing of it is silent"
    note = Note()
    note.verdicts = 1
    assert witnesses(row("10.0.0.1", 22, State.UNREACHABLE, note=note), attached=True).as_dicts() == []


def test_the_kernel_knows_better_who_is_no_neighbour() -> None:
    rejected = [row(f"10.0.0.{n}", 22, State.UNREACHABLE) for n in (1, 2, 3)]
    found = witnesses(*rejected, row("10.0.0.1", 9), attached=True)
    assert found.any_vacant
    found.neighbours(lambda place: place.address == "10.0.0.2")
    assert questions(found) == [("10.0.0.1", (22, 80, 443))]
    assert kinds(found) == {"10.0.0.1": "unknown", "10.0.0.2": "no-neighbour"}


def test_what_a_trace_heard_is_not_silent() -> None:
    found = witnesses(row("10.0.0.1", 9), row("10.0.0.2", 9), row("10.0.0.2", 10))
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        found.traced(Trace(address, address, 9, (), End(State.OPEN, "syn-ack", "", 1)))
    found.traced(Trace("10.0.0.2", "10.0.0.2", 10, (), End(State.TIMEOUT, "no-response", "", 1)))
    (told,) = found.as_dicts()
    assert (told["address"], told["witness"], told["ports"], told["late"]) == ("10.0.0.2", "answers", [10], [9])


def test_what_discovery_heard_speaks_for_the_host() -> None:
    """It has no row, and its port may be known, or not."""
    heard, refused = Note(), Note()
    heard.verdicts = refused.verdicts = 1
    refused.refused = 22
    found = witnesses(row("10.0.0.1", 9, note=heard), row("10.0.0.2", 9, note=refused), row("10.0.0.3", 9))
    assert [address for address, _ in questions(found)] == ["10.0.0.1", "10.0.0.3"]
    found.heard(row("10.0.0.1", port) for port in (22, 80, 443))
    told = [(each["witness"], each["port"], each["state"]) for each in found.as_dicts()]
    assert told == [("answers", None, None), ("answers", 22, "refused"), ("unknown", None, None)]


def test_what_a_box_answered_is_no_word_of_discoverys() -> None:
    note = Note()
    note.verdicts = 2
    note.mute = 1
    shield = row("10.0.0.1", 80, State.OPEN, doubt=Doubt.INTERCEPTED, note=note)
    found = witnesses(shield, row("10.0.0.1", 9, note=note))
    questions(found)
    found.heard(row("10.0.0.1", port) for port in (22, 443, 445))
    assert kinds(found) == {"10.0.0.1": "nothing"}


def test_what_a_box_may_have_answered_without_a_row_is_not_known() -> None:
    note = Note()
    note.verdicts = 1
    shield = row("10.0.0.2", 80, State.OPEN, doubt=Doubt.INTERCEPTED)
    found = witnesses(shield, row("10.0.0.1", 9, note=note))
    assert questions(found) == [("10.0.0.1", (22, 443, 445))]
    found.heard(row("10.0.0.1", port) for port in (22, 443, 445))
    assert kinds(found) == {"10.0.0.1": "unknown"}


def test_what_a_router_says_of_an_attached_network_is_not_the_kernels_word() -> None:
    found = witnesses(row("10.0.0.1", 22, State.UNREACHABLE, icmp_from="10.9.9.9"), attached=True)
    assert kinds(found) == {}


def test_a_neighbour_that_is_found_missing_when_asked() -> None:
    found = witnesses(row("10.0.0.1", 9, doubt=Doubt.NEIGHBOUR_PENDING), attached=True)
    questions(found)
    found.heard([row("10.0.0.1", 22, State.UNREACHABLE)])
    assert kinds(found) == {"10.0.0.1": "no-neighbour"}


def test_what_could_not_be_asked_is_not_known() -> None:
    found = witnesses(row("10.0.0.1", 9))
    questions(found)
    found.heard([row("10.0.0.1", port, State.ERROR) for port in (22, 80, 443)])
    assert kinds(found) == {"10.0.0.1": "unknown"}
    found.unasked()
    assert kinds(found) == {"10.0.0.1": "not-asked"}


def test_by_number_ipv4_first() -> None:
    found = witnesses(*(row(address, 9) for address in ("fd00::2", "10.0.0.10", "fd00::1", "10.0.0.9")))
    assert list(kinds(found)) == ["10.0.0.9", "10.0.0.10", "fd00::1", "fd00::2"]


def test_a_whole_internet_of_silence_stays_in_bounds() -> None:
    found = SilenceWitnesses(lambda place: False)
    for n in range(70_000):
        found.add([row(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", port) for port in (8, 9)])
    for n in range(MOST_ANSWERING + 10):
        found.add([row(f"11.{n >> 16}.{n >> 8 & 255}.{n & 255}", 22, State.REFUSED)])
    assert len(found.as_dicts()) == MOST_HOSTS
    assert found.more_targets == 2 * (70_000 - MOST_HOSTS)
    found.add([row("11.0.0.1", 9), row("11.1.0.9", 9)])
    assert found.more_targets == 2 * (70_000 - MOST_HOSTS) + 2


def test_answers_are_kept_of_so_many_hosts_and_the_others_are_asked() -> None:
    found = SilenceWitnesses(lambda place: True)
    for n in range(MOST_ANSWERING + 10):
        found.add([row(f"11.{n >> 16}.{n >> 8 & 255}.{n & 255}", 22, State.REFUSED)])
    found.add([row("11.0.0.1", 9), row("11.1.0.9", 9)])
    assert questions(found) == [("11.1.0.9", (22, 80, 443))]
    found.heard(row("11.1.0.9", port) for port in (22, 80, 443))
    assert kinds(found) == {"11.0.0.1": "answers", "11.1.0.9": "unknown"}, "it may be one that is forgotten"


def test_addresses_that_nobody_has_are_no_silent_targets() -> None:
    found = SilenceWitnesses(lambda place: True)
    found.add(row(f"10.0.{n >> 8}.{n & 255}", 22, State.UNREACHABLE) for n in range(MOST_HOSTS + 10))
    assert (len(found.as_dicts()), found.more_targets) == (MOST_HOSTS, 0)
