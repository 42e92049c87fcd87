"""Who is swept, and which rows there are, where each host is asked first whether it is there."""

import socket
from collections.abc import Iterator

import pytest

from scanner.model import Note, Place, Request, Result, State
from scanner.scanning.discovery import Deciding, HostDiscovery, Showing

_PORTS = (80, 22)
_REQUEST = Request()


class Hosts:
    """Every host is asked on two ports, the first of which has no row."""

    rowless = frozenset({80})

    def __init__(self) -> None:
        self.swept: list[Place] = []
        self.silent_ones: list[Place] = []

    def asked(self, place: Place) -> tuple[int, ...] | None:
        return None if place in self.swept or place in self.silent_ones else _PORTS

    def sweep(self, place: Place) -> None:
        self.swept.append(place)

    def pass_over(self, place: Place) -> None:
        self.silent_ones.append(place)

    def is_silent(self, place: Place) -> bool:
        assert place.address
        return place in self.silent_ones

    @property
    def count(self) -> int:
        return len(self.silent_ones)

    def ranges(self) -> Iterator[str]:
        return (place.address for place in self.silent_ones)

    @property
    def silent(self) -> "Hosts":
        return self

    found = rows = undecided = 0


class Asking:
    """Turns of a scan: what comes out of both steps."""

    def __init__(self) -> None:
        self.hosts = Hosts()
        self.found: list[Place] = []
        self.discovery = HostDiscovery(self.hosts, self.found.append, lambda place: place.address.startswith("10."))
        self._steps = Deciding(self.discovery), Showing(self.discovery)

    def turn(self, *rows: Result) -> list[tuple[int, str]]:
        out = list(rows)
        for step in self._steps:
            out = step.apply(out)
        return [(row.port, row.state.value) for row in out]

    def end(self) -> list[Result]:
        return self._steps[1].finish(self._steps[0].finish([], complete=False), complete=False)


def place(address: str = "10.0.0.1") -> Place:
    made = Place(address, int(socket.AF_INET6 if ":" in address else socket.AF_INET))
    made.note = Note()
    return made


def row(
    at: Place, port: int, state: State, *, icmp_from: str = "", doubt: str = "", reason: str = "host-unreach"
) -> Result:
    """The note of its place knows of it, as the engine's does."""
    if at.address:
        at.note.verdicts += 1
        mute = state in (State.TIMEOUT, State.UNREACHABLE, State.ERROR) and icmp_from != at.numeric
        at.note.mute += mute
    return Result(at, port, _REQUEST, state, reason, icmp_from, doubt=doubt)


@pytest.mark.parametrize(
    ("state", "icmp_from"), [(State.OPEN, ""), (State.REFUSED, ""), (State.UNREACHABLE, "10.0.0.1")]
)
def test_any_answer_of_its_own_counts_and_its_rows_go_on_at_once(state: State, icmp_from: str) -> None:
    asking, host = Asking(), place()
    assert asking.turn(row(host, 22, state, icmp_from=icmp_from)) == [(22, state.value)]
    assert asking.hosts.swept == [host]
    assert asking.found == [host]
    assert asking.turn(row(host, 9, State.TIMEOUT)) == [(9, "timeout")]


@pytest.mark.parametrize(
    ("state", "icmp_from"), [(State.TIMEOUT, ""), (State.UNREACHABLE, "10.9.9.9"), (State.UNREACHABLE, "")]
)
def test_silence_and_what_others_say_of_it_is_no_answer(state: State, icmp_from: str) -> None:
    """A router that knows no way, and this host's kernel that finds no neighbour."""
    asking, host = Asking(), place()
    assert asking.turn(row(host, 22, state, icmp_from=icmp_from)) == []
    assert asking.hosts.silent_ones == [], "the other port may answer yet"
    assert asking.turn(row(host, 80, State.TIMEOUT)) == []
    assert asking.hosts.silent_ones == [host]
    assert asking.end() == []
    assert asking.discovery.silent_hosts() == {"count": 1, "ranges": ["10.0.0.1"]}


def test_what_waits_goes_on_when_its_host_answers_after_all() -> None:
    asking, host, other = Asking(), place(), place("10.0.0.2")
    assert asking.turn(row(host, 22, State.TIMEOUT), row(other, 22, State.TIMEOUT)) == []
    assert asking.turn(row(host, 80, State.REFUSED)) == [(22, "timeout")], "and port 80 has no row"
    assert asking.hosts.swept == [host]


def test_a_port_that_is_judged_twice_is_one_port() -> None:
    """Two names lead there."""
    asking, host = Asking(), place()
    asking.turn(row(host, 22, State.TIMEOUT), row(host, 22, State.TIMEOUT))
    assert asking.hosts.silent_ones == []


def test_a_host_that_could_not_be_asked_was_not_silent() -> None:
    asking, host, half = Asking(), place(), place("10.0.0.2")
    assert asking.turn(row(host, 22, State.ERROR), row(host, 80, State.ERROR)) == [(22, "error")]
    assert asking.turn(row(half, 22, State.ERROR), row(half, 80, State.TIMEOUT)) == []
    assert (asking.hosts.swept, asking.hosts.silent_ones) == ([host], [half])
    assert asking.found == [], "that is no answer"


@pytest.mark.parametrize(
    ("address", "reason", "silent"),
    [
        ("10.0.0.1", "host-unreach", True),
        ("10.0.0.1", "admin-prohibited", False),
        ("172.16.0.1", "host-unreach", False),
    ],
)
def test_of_what_this_host_says_itself_only_that_there_is_no_such_neighbour_is_silence(
    address: str, reason: str, silent: bool
) -> None:
    """Its firewall may forbid the host, and its gateway be away: then nobody asked it."""
    asking, host = Asking(), place(address)
    told = asking.turn(*(row(host, port, State.UNREACHABLE, reason=reason) for port in _PORTS))
    assert asking.hosts.silent_ones == ([host] if silent else [])
    assert told == ([] if silent else [(22, "unreachable")])
    assert asking.found == []


def test_a_silence_that_may_be_loss_passes_nobody_over() -> None:
    asking, host, unsure = Asking(), place(), place("10.0.0.2")
    told = asking.turn(row(host, 22, State.TIMEOUT, doubt="lossy"), row(host, 80, State.TIMEOUT))
    assert (told, asking.hosts.swept) == ([(22, "timeout")], [host])
    asking.turn(*(row(unsure, port, State.TIMEOUT, doubt="unverified") for port in _PORTS))
    assert asking.hosts.silent_ones == [unsure], "nobody of its network answers: that is what is asked here"


def test_a_name_that_leads_nowhere_has_its_rows() -> None:
    asking = Asking()
    rows = [Result(Place("", 0, ports=0), port, _REQUEST, State.ERROR, "no-address") for port in (80, 22, 9)]
    asking.hosts.asked = lambda place: None  # type: ignore[method-assign]
    assert asking.turn(*rows) == [(22, "error"), (9, "error")]


def test_copies_for_another_name_that_come_later_are_left_out_too() -> None:
    asking, host = Asking(), place()
    verdicts = [row(host, port, State.TIMEOUT) for port in _PORTS]
    asking.turn(*verdicts)
    assert asking.discovery.show(verdicts) == []


def test_at_an_early_end_nothing_is_said_of_who_was_not_decided() -> None:
    asking, host = Asking(), place()
    asking.turn(row(host, 22, State.TIMEOUT))
    assert asking.end() == []
    assert asking.discovery.silent_hosts()["count"] == 0


def test_of_silent_targets_the_rows_that_are_shown_count_by_their_doubt() -> None:
    """The evidence is about rows, also those that are copies for another name."""
    asking, silent, there, pending = Asking(), place(), place("10.0.0.2"), place("10.0.0.3")
    verdicts = row(silent, 22, State.TIMEOUT, doubt="unverified"), row(silent, 80, State.TIMEOUT)
    asking.turn(*verdicts)
    assert asking.discovery.show(list(verdicts)) == [], "of a host that was passed over they do not"
    asking.turn(row(there, 22, State.REFUSED), row(there, 80, State.TIMEOUT, doubt="lossy"))
    late = row(there, 9, State.TIMEOUT, doubt="lossy"), row(there, 8, State.TIMEOUT)
    asking.turn(*late, row(pending, 22, State.TIMEOUT, doubt="lossy"))
    asking.discovery.show(list(late[:1]))
    asking.turn(row(place("10.0.0.4"), 22, State.UNREACHABLE, doubt="flipped"))
    asking.turn(row(there, 7, State.UNREACHABLE, doubt="flipped"))
    asking.end()
    assert asking.discovery.denied == {"flipped": 1}
    assert asking.discovery.timeouts == {"lossy": 2, "": 1}
