"""How many hosts with open ports are known at a time, and which are forgotten."""

from scanner.model import Place, State
from scanner.scanning.phantoms.host_extras import Why
from scanner.scanning.phantoms.known_hosts import KnownHosts
from scanner.scanning.phantoms.one_host import OpenHost
from tests.scanning.hosts import host_of, judged, place_with


def known(hosts: KnownHosts, count: int, first: int = 1) -> list[OpenHost]:
    made = [host_of(place_with(5, number=number)) for number in range(first, first + count)]
    for host in made:
        hosts.add(host)
    return made


def with_kept_row(host: OpenHost) -> OpenHost:
    host.open(judged(host.place, 80), 0.0, 0.0)
    return host


def test_a_host_is_found_by_its_place() -> None:
    hosts = KnownHosts()
    (host,) = known(hosts, 1)
    assert hosts.find(host.place) is host
    assert hosts.find(place_with(5)) is None, "another place, though of the same address"


def test_there_are_never_more_than_so_many() -> None:
    hosts = KnownHosts(most=10)
    for first in range(1, 100, 5):
        known(hosts, 5, first)
        assert 5 <= len(hosts) <= 10


def test_who_has_kept_rows_or_is_being_asked_is_not_forgotten() -> None:
    hosts = KnownHosts(most=4)
    keeps, asked, plain, other = known(hosts, 4)
    with_kept_row(keeps)
    asked.extras.want()
    known(hosts, 1, first=9)
    found = [host.place for host in (keeps, asked, plain, other) if hosts.find(host.place)]
    assert found == [keeps.place, asked.place]


def test_one_that_was_forgotten_is_found_as_long_as_rows_of_it_are_kept() -> None:
    hosts = KnownHosts()
    host = host_of(place_with(5))
    hosts.keep(host)
    assert len(hosts) == 0
    assert hosts.find(host.place) is host
    hosts.clear_kept()
    assert hosts.find(host.place) is None


def test_a_host_goes_when_all_of_it_is_judged_and_nothing_is_awaited() -> None:
    def let_go(place: Place, *, asked: bool = False) -> OpenHost | None:
        hosts, host = KnownHosts(), host_of(place)
        hosts.add(host)
        hosts.keep(host)
        if asked:
            host.extras.want()
        hosts.let_go(host)
        assert not hosts.keeping
        return hosts.find(place)

    assert let_go(place_with(2, opened=2)) is None
    assert let_go(place_with(3, opened=2)) is not None
    assert let_go(place_with(2, opened=2), asked=True) is not None


def test_a_canary_that_is_back_is_no_longer_awaited() -> None:
    host = host_of(place_with(1, opened=1))
    host.extras.want()
    host.extra_back(judged(host.place, 50_000, State.REFUSED), Why.CANARY)
    hosts = KnownHosts()
    hosts.add(host)
    hosts.let_go(host)
    assert hosts.find(host.place) is None
