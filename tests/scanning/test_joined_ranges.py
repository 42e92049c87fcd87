"""Ranges that several tell of become those that they were together; and so does what the timeouts rest on."""

import ipaddress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.scanning.certainty import evidence, joined
from scanner.scanning.joined_ranges import joined_ranges


def as_text(first: int, last: int) -> str:
    low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
    return str(low) if first == last else f"{low}-{high}"


@given(st.sets(st.integers(0x0A000000, 0x0A000030)), st.integers(1, 4))
def test_shared_out_in_turn_and_joined(numbers: set[int], parts: int) -> None:
    texts = [as_text(number, number) for at in range(parts) for number in sorted(numbers) if number % parts == at]
    found = joined_ranges(texts)
    ends = [text.split("-") for text in found]
    spans = [(int(ipaddress.ip_address(end[0])), int(ipaddress.ip_address(end[-1]))) for end in ends]
    assert {number for first, last in spans for number in range(first, last + 1)} == numbers
    assert all(before[1] + 1 < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(("texts", "found"), [
    (["fe80::2%eth-0-fe80::3%eth-0", "10.0.0.9", "fe80::1%eth-0"], ["10.0.0.9", "fe80::1%eth-0-fe80::3%eth-0"]),
    (["fe80::1%a", "fe80::2%b"], ["fe80::1%a", "fe80::2%b"]),
    (["10.0.0.1-10.0.0.3", "10.0.0.2-10.0.0.7", "10.0.0.8"], ["10.0.0.1-10.0.0.8"]),
    (["10.0.1.0", "10.0.0.255"], ["10.0.0.255-10.0.1.0"]),
    ([], []),
])  # fmt: skip
def test_what_touches_is_one(texts: list[str], found: list[str]) -> None:
    assert joined_ranges(texts) == found


CLEAN = {**evidence([], {}), "timeouts": 4, "sentinels": 20, "loss_below": 0.15, "verified": True, "heard": True}
DOUBTED = {**CLEAN, "timeouts": 3, "unverified": 2, "verified": False, "loss_below": 0.3, "stopped": ["10:00:00 UTC"]}


def test_counts_are_added_and_the_weakest_holds() -> None:
    both = joined([CLEAN, DOUBTED])
    assert (both["timeouts"], both["unverified"], both["sentinels"]) == (7, 2, 40)
    assert (both["loss_below"], both["verified"], both["heard"]) == (0.3, False, True)
    assert both["stopped"] == ["10:00:00 UTC"]


def test_a_part_without_silence_takes_nothing_away() -> None:
    answered = {**evidence([], {}), "skipped": 3}
    both = joined([CLEAN, answered])
    assert (both["verified"], both["loss_below"], both["skipped"]) == (True, 0.15, 3)


def test_one_part_is_itself_and_none_is_a_scan_of_nothing() -> None:
    for each in (CLEAN, DOUBTED):
        assert joined([each]) == {**each, "skipped": 0}
    assert joined([]) == {**evidence([], {}), "skipped": 0}


def test_hosts_that_were_passed_over_are_those_of_all() -> None:
    parts = [{**CLEAN, "silent_hosts": {"count": 1, "ranges": [text]}} for text in ("10.0.0.2", "10.0.0.1")]
    assert joined(parts)["silent_hosts"] == {"count": 2, "ranges": ["10.0.0.1-10.0.0.2"]}
