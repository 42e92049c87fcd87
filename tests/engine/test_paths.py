"""Which path leads to an address: whose it is alone, and who shares one."""

from scanner.engine.truth.location import location_of
from scanner.engine.truth.path import Path
from scanner.engine.truth.paths import Paths
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, AF_INET6


def refuses(place: Place) -> None:
    """Its port 9 refuses, after 2 ms, at 1.0 s."""
    location = location_of(place)
    assert location is not None
    if location.big:
        location.refused_first(Endpoint(place, 9, (Request(),)), 2.0, 1.0)


def test_a_host_with_256_targets_is_a_path_of_its_own_once_it_refuses_and_all_others_share() -> None:
    paths = Paths()
    hosts = [Place(f"10.0.0.{number}", AF_INET, ports=ports) for number, ports in enumerate((1, 255, 256, 256, 256))]
    shared = {paths.of(host).path for host in hosts}
    assert [way.shared for way in shared] == [True], "none has answered"
    assert len({paths.of(host).network for host in hosts}) == 1
    for host in hosts[:-1]:
        refuses(host)
    ways = [paths.of(host).path for host in hosts]
    assert [way.shared for way in ways] == [True, True, False, False, True]
    assert len(set(ways)) == 3


def test_a_host_with_a_path_of_its_own_has_that_paths_responders() -> None:
    paths = Paths()
    big, small = Place("10.0.0.1", AF_INET, ports=256), Place("10.0.0.2", AF_INET, ports=255)
    for host in (big, small):
        paths.of(host)
        refuses(host)
    assert paths.of(big).path.responders is paths.of(big).network.responders
    assert paths.of(small).path.responders is not paths.of(small).network.responders


def place(address: str, *, ports: int = 1) -> Place:
    return Place(address, AF_INET6 if ":" in address else AF_INET, ports=ports)


def test_small_hosts_share_with_those_of_their_family_that_are_as_near() -> None:
    paths = Paths(attached=lambda place: place.numeric in ("10.0.0.1", "10.0.0.2", "2001:db8::1"))
    far = [paths.of(place(address)).path for address in ("10.0.1.1", "10.9.1.1", "2001:db8:1::1", "2001:db8:9::1")]
    assert not paths.any_attached
    near = [paths.of(place(address)).path for address in ("10.0.0.1", "10.0.0.2", "2001:db8::1")]
    assert paths.any_attached
    assert far[0] is far[1] is not far[2] is far[3]
    assert near[0] is near[1] is not near[2]
    assert len({*far, *near}) == 4
    assert {path.attached for path in far} == {False}
    assert {path.attached for path in near} == {True}


def test_a_host_with_a_path_of_its_own_may_be_near_as_well() -> None:
    paths = Paths(attached=lambda place: place.numeric == "10.0.0.1")
    hosts = [place(f"10.0.0.{number}", ports=256) for number in (1, 2)]
    for host in hosts:
        paths.of(host)
        refuses(host)
    assert [(paths.of(host).path.attached, paths.of(host).path.shared) for host in hosts] == [
        (True, False),
        (False, False),
    ]
    assert paths.any_attached


def test_only_an_attached_prefix_may_be_narrower_than_a_network_is() -> None:
    def prefix(place: Place) -> int:
        return int(place.numeric.rpartition(".")[2]) // 128

    paths = Paths(attached=lambda place: place.numeric.startswith("10.0.0."), narrow=prefix)
    near = [paths.of(place(f"10.0.0.{number}")).network for number in (1, 2, 200)]
    assert near[0] is near[1] is not near[2]
    assert paths.of(place("10.0.1.1")).network is paths.of(place("10.0.1.200")).network


def test_where_an_address_is_stays_with_its_place_until_its_part_of_the_pool_has_a_path_of_its_own() -> None:
    paths, one, other = Paths(), place("10.9.3.1"), place("10.8.0.1")
    where = paths.of(one)
    assert where.pool is not None
    part = where.pool.regions.paths["10.9.3"] = Path(1)
    assert paths.of(one) is where
    assert (where.path, paths.of(place("10.9.3.2")).path) == (part, part)
    assert paths.of(other).path is where.pool.path


def test_all_of_them_the_pools_first() -> None:
    paths = Paths()
    pools = paths.all()
    assert len(pools) == 4, "of each family, near and far"
    host = place("10.0.0.1", ports=256)
    big, small = paths.of(host), paths.of(place("10.9.3.1"))
    refuses(host)
    assert small.pool is not None
    part = small.pool.regions.paths["10.9.3"] = Path(1)
    assert paths.all() == [*pools, part, big.path]


def test_so_many_hosts_have_a_path_of_their_own_and_no_more() -> None:
    """What is known does not grow with the hosts."""
    paths = Paths()
    hosts = [place(f"10.0.{n >> 8}.{n & 255}", ports=256) for n in range(4098)]
    for host in hosts:
        paths.of(host)
        refuses(host)
    assert [paths.of(host).path.shared for host in hosts] == [False] * 4096 + [True] * 2


def test_a_host_that_turns_out_to_have_many_targets_is_big_from_then_on() -> None:
    paths, one = Paths(), place("10.9.3.1", ports=10)
    where = paths.of(one)
    assert not where.big
    one.has_ports(255)
    where.grows(one)
    assert not where.big
    one.has_ports(256)
    where.grows(one)
    assert where.big
    pool, shared = where.path, where.network
    where.refused_first(Endpoint(one, 80, (Request(),)), 1.0, 5.0)
    assert paths.of(one).path is not pool
    assert shared in where.network.with_parent, "its answers still vouch for its network"
