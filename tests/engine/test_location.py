"""Where a place is: its path, its network, and who speaks for it."""

from scanner.engine.truth.location import Location, location_of, was_heard
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.paths import Paths
from scanner.engine.truth.pool import Pool
from scanner.model import Endpoint, Note, Place, Request
from tests.engine.fakes import AF_INET, part_of

REQUESTS = (Request(),)


def place(address: str = "10.0.0.1", *, ports: int = 1) -> Place:
    return Place(address, AF_INET, ports=ports)


def test_it_is_remembered_with_the_place() -> None:
    paths, one = Paths(), place()
    assert location_of(one) is None
    assert paths.of(one) is paths.of(one) is location_of(one)
    assert paths.of(place("10.0.0.2")).network is paths.of(one).network
    assert paths.of(place("10.0.1.2")).network is not paths.of(one).network


def test_somebody_of_its_network_was_heard_or_nobody() -> None:
    paths, one, other = Paths(), place(), place("10.0.0.2")
    assert not was_heard(one)
    paths.of(one)
    assert not was_heard(one)
    paths.of(other).network.heard(1.0)
    assert was_heard(one)


def test_a_host_that_refused_before_speaks_for_itself() -> None:
    one = place()
    network = Network(shared=True)
    location = Location(Path(100), network)
    silent = Endpoint(one, 10, REQUESTS)
    assert location.speaking_for_itself(silent) is network, "it has not refused anything"
    location.refused = 9
    alone = location.speaking_for_itself(silent)
    assert alone is not network
    assert alone.parent is network
    (asked,) = alone.responders.refused
    assert (asked.place, asked.port, asked.requests) == (one, 9, REQUESTS)
    assert location.speaking_for_itself(silent) is alone


def test_so_many_hosts_do_and_no_more() -> None:
    path, network = Path(100), Network(shared=True)
    voices = []
    for number in range(514):
        one = place(f"10.0.{number // 250}.{1 + number % 250}")
        location = Location(path, network)
        location.refused = 9
        voices.append(location.speaking_for_itself(Endpoint(one, 10, REQUESTS)))
    assert voices.count(network) == 2


def test_a_big_host_that_refuses_is_on_a_path_of_its_own_and_heard_by_itself() -> None:
    pool, one = Pool(), place(ports=1000)
    neighbours = pool.networks.of(one)
    neighbours.heard(0.5)
    where, refused = Location(pool.path, neighbours, pool, big=True), Endpoint(one, 9, REQUESTS)
    where.refused_first(refused, 20.0, 2.0)
    path, network = where.path, where.network
    assert (path.targets, path.shared, path.responders.refused, pool.own) == (1000, False, [refused], [path])
    assert (network.parent, network.first_heard) == (neighbours, 1.98), "not when its neighbours were"
    assert (path.round_trip.smoothed, where.big) == (0.02, False)
    assert where.speaking_for_itself(Endpoint(one, 10, REQUESTS)) is network
    assert neighbours.responders.refused == [refused], "they had nobody"


def test_its_neighbours_that_have_somebody_are_not_all_vouched_for_by_it() -> None:
    pool, one = Pool(), place(ports=1000)
    neighbours = pool.networks.of(one)
    other = Endpoint(place("10.0.0.2"), 9, REQUESTS)
    neighbours.responders.refuses(other)
    where = Location(pool.path, neighbours, pool, big=True)
    for port in (9, 10):
        where.path.heard(other, where.network, refused=False, attempts=1, rtt_ms=1.0, now=2.0)
        where.refused_first(Endpoint(one, port, REQUESTS), 1.0, 2.0)
    assert neighbours.responders.refused == [other]


def test_beyond_4096_such_hosts_it_stays_in_the_pool() -> None:
    pool, one = Pool(), place(ports=1000)
    pool.own = [Path(300)] * 4096
    where = Location(pool.path, Network(), pool, big=True)
    where.refused_first(Endpoint(one, 9, REQUESTS), None, 2.0)
    assert (where.path, where.big) == (pool.path, False)


def test_it_begins_as_any_note_does() -> None:
    """It sets all its fields itself, which saves a call for each host."""
    begun = Location(Path(1), Network())
    assert {name: getattr(begun, name) for name in Note.__slots__} == {
        name: getattr(Note(), name) for name in Note.__slots__
    }


def test_it_moves_with_its_part_of_the_pool() -> None:
    pool, one, other = Pool(), place("10.9.3.1"), place("10.8.0.1")
    where = Location(pool.path, Network(), pool)
    part = part_of(pool, "10.9.3.7")
    where.moved(other)
    assert where.path is pool.path
    where.moved(one)
    assert where.path is part
