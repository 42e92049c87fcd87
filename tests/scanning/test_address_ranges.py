"""The ranges as they were typed: in which part of them an address lies."""

from scanner.model import Place
from scanner.scanning.phantoms.address_ranges import Ranges
from tests.engine.fakes import AF_INET, AF_INET6
from tests.scanning.phantoms import addresses, as_range

NET = addresses("10.0.0.0", 256)


def place(address: str) -> Place:
    return Place(address, AF_INET6 if ":" in address else AF_INET)


def test_an_address_knows_its_part_and_its_stretch() -> None:
    ranges = Ranges([as_range(addresses("10.0.0.0", 65_536)), as_range(addresses("10.9.0.200", 130))])
    inside = ranges.spot(place("10.0.17.9"))
    assert inside is not None
    assert (inside.stretch_size, inside.part_size) == (4096, 256)
    assert inside.part - inside.stretch == 256
    across = [ranges.spot(place(address)) for address in ("10.9.0.200", "10.9.1.73")]
    assert [(spot.stretch_size, spot.part_size) for spot in across if spot] == [(130, 56), (130, 74)]
    for outside in ("10.9.0.199", "10.9.1.74", "10.1.0.0", "fd00::1"):
        assert ranges.spot(place(outside)) is None


def test_short_ranges_and_single_addresses_are_none() -> None:
    assert not Ranges([as_range([address]) for address in NET])
    assert not Ranges([as_range(NET[:63])])
    assert Ranges([as_range(NET[:64])])


def test_of_every_so_manieth_address_less_is_much() -> None:
    """Others have the rest."""
    for every, size, least in ((1, 256, 64), (2, 128, 32), (3, 86, 21), (64, 4, 8)):
        ranges = Ranges([as_range(NET)], every)
        spot = ranges.spot(place(NET[0]))
        assert spot is not None
        assert (spot.part_size, spot.stretch_size, ranges.least) == (size, size, least)


def test_ranges_that_overlap_are_one() -> None:
    ranges = Ranges([as_range(NET[:100]), as_range(NET[50:200])])
    assert {ranges.spot(place(address)) for address in NET[:200]} == {ranges.spot(place(NET[0]))}


def test_the_scope_tells_links_apart() -> None:
    family, _, first, last = as_range(addresses("fe80::1", 100))
    ranges = Ranges([(family, 3, first, last)])
    assert ranges.spot(Place("fe80::7%3", AF_INET6, scope=3)) is not None
    assert ranges.spot(Place("fe80::7%4", AF_INET6, scope=4)) is None
