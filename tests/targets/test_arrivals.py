"""Which addresses of a name are probed: families, routes, excludes."""

import pytest

from scanner.model import Request
from scanner.targets.grammar.addresses import V4, V6, address_text
from scanner.targets.names.lookup import Address
from scanner.targets.space.arrivals import Arrivals
from scanner.targets.space.port_table import Ask
from scanner.targets.space.probed_before import ProbedBefore
from scanner.targets.space.space_walk import SpaceWalk
from scanner.targets.space.target_space import Space
from tests.targets.made import built, entry, excluder

A: Address = (V4, 0x0A000001, 0)
B: Address = (V4, 0x0A000002, 0)
SIX: Address = (V6, 0x20010DB8 << 96 | 6, 0)
SEVEN: Address = (V6, 0x20010DB8 << 96 | 7, 0)


def arrivals(
    reachable: set[Address],
    family: int = 0,
    *excludes: str,
    walk: SpaceWalk | None = None,
    before: ProbedBefore | None = None,
) -> Arrivals:
    texts = {address_text(family, number) for family, number, _ in reachable}

    def routed(_: int, numeric: str, scope: int) -> bool:
        return numeric in texts

    return Arrivals(walk or SpaceWalk(Space([])), excluder(*excludes), family, routed, before or ProbedBefore())


@pytest.mark.parametrize(
    ("addresses", "reachable", "family", "chosen"),
    [
        ([], set(), 0, []),
        ([A, SIX], {A, SIX}, 0, [A, SIX]),
        ([SIX, A], {A, SIX}, 0, [SIX, A]),  # in the resolver's order
        ([A, SIX, B], {A}, 0, [A, B]),  # no way for IPv6
        ([A, SIX, SEVEN], {SEVEN}, 0, [SIX, SEVEN]),  # no way for IPv4; one of a family is enough for it
        ([A, SIX], set(), 0, [A, SIX]),  # no way at all: the user shall see why
        ([SIX], set(), 0, [SIX]),  # nothing else to try
        ([A, SIX], {A}, 6, [SIX]),  # -6 insists
        ([A, SIX], {SIX}, 4, [A]),
        ([A], {A}, 6, []),
    ],
)
def test_choice(addresses: list[Address], reachable: set[Address], family: int, chosen: list[Address]) -> None:
    some = arrivals(reachable, family)
    assert some.choose(addresses) == chosen
    left_out = len(addresses) - len(chosen)
    assert sum(some.unrouted.values()) == (0 if family else left_out)


ASKS: list[Ask] = [((80, 443), Request("web")), ((443, 8080), Request("WEB", order=1))]


def test_the_rows_of_a_new_address() -> None:
    some = arrivals(set())
    assert some.admit([A, SIX], ASKS) == 8
    out = [(each.place.address, each.port, len(each.requests)) for each in some.lanes.take(9)]
    assert out == [
        ("10.0.0.1", 80, 1), ("2001:db8::6", 80, 1), ("10.0.0.1", 443, 2), ("2001:db8::6", 443, 2),
        ("10.0.0.1", 8080, 1), ("2001:db8::6", 8080, 1),
    ]  # fmt: skip


def test_excludes_are_subtracted_address_by_address() -> None:
    some = arrivals(set(), 0, "10.0.0.2", "10.0.0.1:443", "*:8080")
    assert some.admit([A, B, SIX], ASKS) == 1 + 0 + 3
    assert some.excluded == 1
    assert len(some.lanes.take(9)) == 3


def test_an_address_of_the_space_is_met_there() -> None:
    walk, before = SpaceWalk(built([entry("10.0.0.1", "80,443,22")]).space), ProbedBefore()
    some = arrivals(set(), walk=walk, before=before)
    before.sent(walk.take(1))  # port 80 is on its way
    assert some.admit([A], ASKS) == 4
    assert [(each.port, [r.host for r in each.requests]) for each in walk.take(9)] == [
        (443, ["", "web", "WEB"]),
        (22, [""]),
    ]
    assert before.waiting  # for port 80
    assert [(each.port, [r.host for r in each.requests]) for each in some.lanes.take(9)] == [(8080, ["WEB"])]
