"""A scan that goes on after it was killed: what nobody stands behind is in doubt as it would be in an unbroken one."""

import pickle
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from scanner.model import Doubt, State
from scanner.scanning.phantoms.address_ranges import Ranges
from scanner.scanning.phantoms.earlier_rows import EarlierRows
from tests.engine.fakes import Answer, Network
from tests.scanning.hosts import judged, place_with
from tests.scanning.phantoms import RST, Box, Sweep, addresses, as_range, sweep

HOST = ["10.0.0.1"]
NET = addresses("10.0.0.0", 256)
RANGE = {"ranges": [as_range(NET)]}


def resumed(network: Network, hosts: Sequence[str], ports: Iterable[int], at: float, **options: Any) -> Sweep:
    """The second run of a scan that was killed after so many seconds."""
    first = sweep(network, hosts, ports, killed_at=at, **options)
    before = [row for _, row in first.rows]
    assert before
    rest = sweep(network, hosts, ports, before=before, **options)
    assert len(rest.rows) + len(before) == len(hosts) * len(list(ports))
    return rest


@pytest.mark.parametrize("at", [1.0, 1.5, 3.3, 3.7])
def test_a_host_that_accepts_everything(at: float) -> None:
    """Nineteen ports that are left say nothing by themselves."""
    assert resumed(Box(0), HOST, range(1, 101), at, rate=25.0).ports("") == set()


@pytest.mark.parametrize("at", [1.8, 3.0, 3.6, 4.1])
def test_a_port_that_is_answered_for_a_whole_network(at: float) -> None:
    rest = resumed(Box(0), NET, [25], at, rate=60.0, **RANGE)
    assert rest.hosts("") == set()
    assert len(rest.hosts(Doubt.INTERCEPTED)) == len(rest.rows)


def test_so_is_one_of_two_whose_other_port_nobody_answers() -> None:
    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return Answer(0.001, "open") if port == 25 else None

    assert resumed(network, NET, [25, 80], 3.5, rate=60.0, **RANGE).hosts("") == set()


def test_a_network_whose_every_port_is_open() -> None:
    rest = resumed(Box(0), NET, [25, 80, 443], 11.0, rate=60.0, **RANGE)
    assert rest.hosts("") == set()


@pytest.mark.parametrize("at", [0.55, 0.7, 0.75])
def test_a_box_that_begins_in_mid_scan(at: float) -> None:
    """The ports that were shut before are the witnesses, whichever run asked them."""
    assert resumed(Box(60, {22, 80}), HOST, range(1, 80), at, rate=100.0).ports("") <= {22}


def test_a_box_that_is_over_is_found_to_be_so() -> None:
    """What is open afterwards is real: nothing stays in doubt for ever."""
    box = Box(0, {150, 160, 170}, until=90)
    rest = resumed(box, HOST, range(1, 201), 0.8, rate=100.0)
    assert {150, 160, 170} <= rest.ports("")


@pytest.mark.parametrize("at", [0.3, 1.0, 1.5])
def test_hosts_that_are_there_stay_beyond_doubt(at: float) -> None:
    real = set(range(1, 200, 7))
    rest = resumed(Box(1 << 30, real), HOST, range(1, 201), at, rate=100.0)
    assert rest.ports(Doubt.ACCEPTS_EVERYTHING) == set()
    fleet = resumed(Box(1 << 30, {22}), NET, [22, 80], 6.0, rate=60.0, **RANGE)
    assert {row.doubt for _, row in fleet.rows} == {""}


def test_a_network_of_which_some_refused_is_none_that_is_intercepted() -> None:
    """In the first run, all that refuse; all the others would be enough by themselves."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return Answer(0.001, RST if host in NET[:100] else "open")

    assert resumed(network, NET, [25], 1.8, rate=60.0, **RANGE).ports(Doubt.INTERCEPTED) == set()


def test_what_is_no_longer_in_doubt_does_not_stay_so() -> None:
    place, earlier = place_with(100), EarlierRows()
    earlier.add([judged(place, port, doubt=Doubt.ACCEPTS_EVERYTHING) for port in range(1, 31)])
    assert earlier.host(place).marked
    earlier.add([judged(place, port, State.REFUSED) for port in range(31, 61)])
    assert earlier.host(place).marked, "boxes leave out some ports"
    earlier.add([judged(place, 61)])
    known = earlier.host(place)
    assert not known.marked
    assert (known.verdicts, known.opened, known.mute) == (61, 31, 0)
    assert known.refused == (57, 58, 59, 60)


def test_each_of_several_processes_has_its_share() -> None:
    """Of a port in a range, and in the area; what was said there, every one knows."""
    earlier = EarlierRows([as_range(addresses("192.0.2.0", 256))])
    for number in range(1, 101):
        earlier.add([judged(place_with(1, number=number), 25, doubt=Doubt.INTERCEPTED if number == 100 else "")])
    for number in range(101, 107):
        earlier.add([judged(place_with(1, number=number), 25, State.REFUSED)])
    share = pickle.loads(pickle.dumps(earlier.shared(2)))
    spot = Ranges([as_range(addresses("192.0.2.0", 256))], 2).spot(place_with(1))
    assert spot is not None
    assert list(share.ports(spot, 25)) == [(spot, (50, 50, 3, 1))]
    assert list(share.ports(spot, 80)) == []
