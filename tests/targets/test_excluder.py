"""May this address be probed, and at which ports not? Against sets of single addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.space.excluder import Excluder, name_key
from tests.targets.made import excluder

spans = st.tuples(st.integers(0, 30), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
ports = st.one_of(st.none(), st.lists(st.integers(1, 5), min_size=1).map(tuple))


@given(st.lists(st.tuples(spans, ports), max_size=6), st.sets(st.integers(1, 5)))
def test_every_exclude_holds(
    excludes: list[tuple[tuple[int, int], tuple[int, ...] | None]], everywhere: set[int]
) -> None:
    rules = Excluder(
        [
            *(Exclude((AddressRange(V4, *span),), some) for span, some in excludes),
            *(Exclude(None, (port,)) for port in everywhere),
        ]
    )
    for number in range(40):
        hits = [some for (first, last), some in excludes if first <= number <= last]
        wanted = None if None in hits else frozenset().union(*(some or () for some in hits))
        assert rules.at_address((V4, 0), number) == wanted
        in_ranges = [
            some for some, ranges in rules.ranges((V4, 0)).items() for first, last in ranges if first <= number <= last
        ]
        assert set(in_ranges) == set(hits)
    assert rules.at_address((V6, 0), 5) == frozenset()
    assert rules.everywhere == everywhere


def test_an_ipv6_exclude_without_an_interface_holds_on_all() -> None:
    plain, scoped = AddressRange(V6, 1, 1), AddressRange(V6, 2, 2, scope=7)
    rules = Excluder([Exclude((plain, scoped), None)])
    assert [rules.at_address((V6, scope), 1) for scope in (0, 7)] == [None, None]
    assert [rules.at_address((V6, scope), 2) for scope in (0, 7, 8)] == [frozenset(), None, frozenset()]
    assert [rules.ranges(line).get(None) for line in ((V6, 7), (V6, 8), (V4, 7))] == [[(1, 2)], [(1, 1)], None]


def test_ports_of_an_ipv6_address_with_and_without_an_interface() -> None:
    rules = Excluder([Exclude((AddressRange(V6, 1, 1),), (22,)), Exclude((AddressRange(V6, 1, 1, scope=7),), (80,))])
    assert [rules.at_address((V6, scope), 1) for scope in (0, 7)] == [{22}, {22, 80}]


def test_overlaps_that_nobody_could_wait_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.space.excluder._MOST_UNITED", 300)
    with pytest.raises(TargetError, match="too many excludes with long port lists overlap"):
        excluder(*(f"10.0.0.0-{last}:{last}-{last + 40}" for last in range(1, 5)))


@pytest.mark.parametrize("name", ["db.example", "DB.Example", "db.example.", "Db.Example."])
def test_names_are_excluded_however_they_are_written(name: str) -> None:
    assert name_key(name) == "db.example"
    assert excluder("db.example.").at_name(name) is None
    assert excluder("DB.example:22,80", "*:25").at_name(name) == {22, 80}
    assert excluder("other.example", "*:25").at_name(name) == frozenset()


def test_names_excluded_by_a_bracket_range() -> None:
    rules = excluder("web[01-03].example")
    assert [rules.at_name(f"web{number}.example") for number in ("01", "03", "04", "1")] == [
        None, None, frozenset(), frozenset(),
    ]  # fmt: skip
