"""A name whose families are told one after the other."""

from collections.abc import Iterable

from scanner.targets.grammar.addresses import V4, V6, address_text
from scanner.targets.names.lookup import Address
from scanner.targets.names.pending_name import Outcome
from scanner.targets.names.two_families import Twofold
from scanner.targets.space.arrivals import Arrivals
from scanner.targets.space.probed_before import ProbedBefore
from scanner.targets.space.space_walk import SpaceWalk
from scanner.targets.space.target_space import Space
from tests.targets.made import excluder

FOUR: Address = (V4, 0x0A000001, 0)
SIX: Address = (V6, 0x20010DB8 << 96 | 6, 0)


def twofold(*reachable: Address) -> Twofold:
    known = {address_text(family, number) for family, number, _ in reachable}
    walk = SpaceWalk(Space([]))
    return Twofold(Arrivals(walk, excluder(), 0, lambda family, numeric, scope: numeric in known, ProbedBefore()))


def first(some: Twofold, *addresses: Address) -> list[Address]:
    return some.first(Outcome("n", list(addresses), more=True))


def last(some: Twofold, addresses: Iterable[Address] = (), missed: int = 0) -> tuple[list[Address], bool]:
    return some.last(Outcome("n", list(addresses), missed=missed))


def test_what_can_be_reached_goes_out_at_once_and_once() -> None:
    some = twofold(FOUR, SIX)
    assert first(some, FOUR) == [FOUR]
    assert some.half_out == 1
    assert last(some, [SIX]) == ([SIX], True)
    assert some.half_out == 0


def test_what_cannot_waits_for_the_other_family() -> None:
    some = twofold(FOUR)
    assert first(some, SIX) == []
    assert some.half_out == 0
    assert last(some, [FOUR]) == ([FOUR], False)


def test_and_goes_out_where_there_is_no_other() -> None:
    some = twofold(FOUR)
    assert first(some, SIX) == []
    assert last(some) == ([SIX], False)


def test_a_family_that_nobody_answered_for_is_told() -> None:
    some = twofold(FOUR, SIX)
    first(some, FOUR)
    last(some, missed=6)
    first(some, SIX)
    some.give_up()
    assert some.half_out == 0
    assert some.warnings() == [
        "the AAAA of 1 name was not answered, so IPv6 addresses may be missing (-4 does not ask for them)",
        "the A of 1 name was not answered, so IPv4 addresses may be missing (-6 does not ask for them)",
    ]
