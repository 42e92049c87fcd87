"""Durations, retries, expectations, addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.model import EXPECTATIONS
from scanner.targets.grammar.single_values import (
    check_duration,
    parse_addresses,
    parse_duration,
    parse_expect,
    parse_retries,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300ms", 0.3), ("2s", 2.0), ("1m", 60.0), ("1.5", 1.5), ("60", 60.0), ("0.25s", 0.25), ("5 s", 5.0),
        (".5", 0.5), ("1ms", 0.001), ("3600s", 3600.0), ("2S", 2.0), ("60000ms", 60.0),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("300", "write 300ms"), ("61", "61s"), ("0", "too short"), ("0ms", "too short"), ("0.5ms", "too short"),
        ("-1", "more than 0"), ("nan", "valid duration"), ("inf", "valid duration"), ("1e3", "valid duration"),
        ("", "valid duration"), ("2h", "unknown unit"), ("3601s", "longer than an hour"), ("9" * 400 + "s", "hour"),
        ("1,5", "1.5"), ("\uff12s", "valid duration"), ("2s\n3s", "valid duration"), ("0x10", "valid duration"),
    ],
)  # fmt: skip
def test_durations_refused(text: str, told: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_duration(text)
    assert told in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 3601])
def test_durations_of_programs(seconds: float) -> None:
    with pytest.raises(TargetError):
        check_duration(seconds)
    assert check_duration(0.5) == 0.5


@given(st.text(max_size=12))
def test_any_text_is_a_possible_wait_or_an_error(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except TargetError:
        return
    assert 0.001 <= seconds <= 3600


def test_expectations() -> None:
    assert [parse_expect(each) for each in EXPECTATIONS] == list(EXPECTATIONS)


@pytest.mark.parametrize("word", ["closed", "filtered", "Closed"])
def test_ambiguous_expectations_are_refused(word: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_expect(word)
    assert all(each in str(caught.value) for each in ("refused", "blocked", "not-open"))


def test_expectation_did_you_mean() -> None:
    with pytest.raises(TargetError, match='did you mean "refused"'):
        parse_expect("refusd")


def test_retries_and_addresses() -> None:
    assert [parse_retries(text) for text in ("0", "3", "100")] == [0, 3, 100]
    assert [parse_addresses(text) for text in ("all", "one")] == ["all", "one"]


@pytest.mark.parametrize("text", ["-1", "101", "x", "", "1.5", "03", "²", "1" * 5000])
def test_retries_refused(text: str) -> None:
    with pytest.raises(TargetError, match="retries"):
        parse_retries(text)


def test_addresses_refused() -> None:
    with pytest.raises(TargetError, match=r"all .* or one"):
        parse_addresses("any")
