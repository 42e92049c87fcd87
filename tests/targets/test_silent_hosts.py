"""A bit for each silent host, and ranges that `sweep` and excludes take back."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.grammar.numeric_hosts import range_of
from scanner.targets.grammar.parsers import parse_host
from scanner.targets.space.silent_hosts import SilentHosts

_TEN = 10 << 24


@given(st.sets(st.integers(0, 1200)))
def test_it_is_a_set_and_its_ranges_hold_just_its_addresses(numbers: set[int]) -> None:
    silent = SilentHosts()
    for number in numbers:
        silent.add((V4, 0), _TEN + number)
    found: list[int] = []
    for text in silent.ranges():
        if (span := range_of(text)) is None:
            (span,) = parse_host(text)  # type: ignore[assignment]
        assert span is not None
        found += range(span.first - _TEN, span.last - _TEN + 1)
    assert found == sorted(numbers), "ascending, each once"
    assert silent.count == len(numbers)
    assert all(silent.has((V4, 0), _TEN + number) == (number in numbers) for number in range(1201))


def test_as_few_ranges_as_there_are_gaps_across_groups_too() -> None:
    silent = SilentHosts()
    for number in (*range(250, 520), 700):
        silent.add((V4, 0), _TEN + number)
    assert list(silent.ranges()) == ["10.0.0.250-10.0.2.7", "10.0.2.188"]


def test_lines_never_meet() -> None:
    silent = SilentHosts()
    silent.add((V6, 0), 0xFD << 120 | 7)
    silent.add((V4, 0), _TEN + 7)
    silent.add((V6, 1), 0xFE80 << 112 | 1)
    silent.add((V6, 1), 0xFE80 << 112 | 2)
    assert list(silent.ranges()) == ["10.0.0.7", "fd00::7", "fe80::1%lo-fe80::2%lo"]
    assert not silent.has((V6, 1), 0xFD << 120 | 7)
    assert not silent.has((V6, 2), 0xFE80 << 112 | 1)
