"""May this address be probed, and at which ports not? Against sets of single addresses."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.address import V4, V6
from scanner.targets.excluder import Excluder, applies, joined, name_key, without
from scanner.targets.grammar import Exclude
from scanner.targets.hosts import Span
from tests.targets.made import excluder

spans = st.tuples(st.integers(0, 30), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
ports = st.one_of(st.none(), st.lists(st.integers(1, 5), min_size=1).map(tuple))


@given(st.lists(st.tuples(spans, ports), max_size=6), st.sets(st.integers(1, 5)))
def test_every_exclude_holds(
    excludes: list[tuple[tuple[int, int], tuple[int, ...] | None]], everywhere: set[int]
) -> None:
    rules = Excluder(
        [
            *(Exclude((Span(V4, *span),), some) for span, some in excludes),
            *(Exclude(None, (port,)) for port in everywhere),
        ]
    )
    for number in range(40):
        hits = [some for (first, last), some in excludes if first <= number <= last]
        wanted = None if None in hits else everywhere.union(*(some or () for some in hits))
        assert rules.at_address((V4, 0), number) == wanted
    assert rules.at_address((V6, 0), 5) == everywhere


@given(st.lists(spans))
def test_joined_ranges(ranges: list[tuple[int, int]]) -> None:
    out = joined(ranges)
    assert {n for a, b in out for n in range(a, b + 1)} == {n for a, b in ranges for n in range(a, b + 1)}
    assert all(before[1] + 1 < after[0] for before, after in pairwise(out))


@given(spans, st.sets(st.integers(0, 40)))
def test_ranges_without_some(span: tuple[int, int], left_out: set[int]) -> None:
    out = without(*span, left_out)
    assert [n for a, b in out for n in range(a, b + 1)] == [n for n in range(span[0], span[1] + 1) if n not in left_out]


def test_an_ipv6_exclude_without_an_interface_holds_on_all() -> None:
    plain, scoped = Span(V6, 1, 1), Span(V6, 2, 2, scope=7)
    rules = Excluder([Exclude((plain, scoped), None)])
    assert [rules.at_address((V6, scope), 1) for scope in (0, 7)] == [None, None]
    assert [rules.at_address((V6, scope), 2) for scope in (0, 7, 8)] == [frozenset(), None, frozenset()]
    assert [applies(plain, (V6, 7)), applies(scoped, (V6, 8)), applies(scoped, (V4, 7))] == [True, False, False]


@pytest.mark.parametrize("name", ["db.example", "DB.Example", "db.example.", "Db.Example."])
def test_names_are_excluded_however_they_are_written(name: str) -> None:
    assert name_key(name) == "db.example"
    assert excluder("db.example.").at_name(name) is None
    assert excluder("DB.example:22,80", "*:25").at_name(name) == {22, 25, 80}
    assert excluder("other.example", "*:25").at_name(name) == {25}


def test_names_excluded_by_a_bracket_range() -> None:
    rules = excluder("web[01-03].example")
    assert [rules.at_name(f"web{number}.example") for number in ("01", "03", "04", "1")] == [
        None, None, frozenset(), frozenset(),
    ]  # fmt: skip
