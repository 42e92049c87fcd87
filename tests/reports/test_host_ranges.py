"""Many hosts in few words."""

import random
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.reports import host_ranges
from scanner.reports.host_ranges import HostRanges, shortened


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        ([], ""),
        (["10.0.0.1"], "10.0.0.1"),
        ([f"10.30.0.{n}" for n in range(254, 200, -1)], "10.30.0.201-254"),
        (["10.0.0.255", "10.0.1.0"], "10.0.0.255-10.0.1.0"),
        (["10.0.0.1", "10.0.0.1", "10.0.0.3"], "10.0.0.1, 10.0.0.3"),
        (["fd00::1", "fd00::2", "10.0.0.9"], "10.0.0.9, fd00::1-fd00::2"),
        ([f"10.0.0.{n}" for n in range(1, 16, 2)], ", ".join(f"10.0.0.{n}" for n in range(1, 16, 2))),
        (
            [f"10.0.0.{n}" for n in range(1, 40, 2)],
            f"{', '.join(f'10.0.0.{n}' for n in range(1, 16, 2))} and 12 more ranges",
        ),
        (
            [f"10.0.{n}.9" for n in range(1, 10)] + [f"web{n}" for n in range(1, 12)],
            f"{', '.join(f'10.0.{n}.9' for n in range(1, 9))}, {', '.join(f'web{n}' for n in range(1, 9))}"
            " and 1 more range and 3 more names",
        ),
        ([f"10.0.0.{n}" for n in range(1, 8, 2)], "10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7"),
        (["10.0.0.1", "db1 (10.0.0.7)", "10.0.0.2"], "10.0.0.1-2, db1 (10.0.0.7)"),
        (["fe80::1%eth0"], "fe80::1%eth0"),
        ([f"web{n}" for n in range(1, 11)], "web1, web2, web3, web4, web5, web6, web7, web8 and 2 more"),
        (["2001:db8::ffff", "2001:db8::1:0", "2001:db8::3"], "2001:db8::3, 2001:db8::ffff-2001:db8::1:0"),
    ],
)
def test_neighbours_are_one_range(hosts: list[str], text: str) -> None:
    ranges = HostRanges()
    for host in hosts:
        ranges.add(host)
    assert ranges.text() == text


def numbered(number: int) -> str:
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


@pytest.mark.parametrize("shuffled", [True, False])
def test_many_hosts_in_any_order_are_one_range(shuffled: bool) -> None:
    numbers = list(range(1 << 13))
    if shuffled:
        random.Random(7).shuffle(numbers)
    ranges = HostRanges()
    for number in numbers:
        ranges.add(numbered(number))
    assert ranges.text() == "10.0.0.0-10.0.31.255"


def test_whole_networks_take_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_ranges, "_GROUPS", 8)
    ranges = HostRanges()
    for number in range(1 << 13):
        if number != 5000:
            ranges.add(numbered(number))
    assert ranges.text() == "10.0.0.0-10.0.19.135, 10.0.19.137-10.0.31.255"


def test_beyond_what_is_kept_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_ranges, "_GROUPS", 8)
    ranges = HostRanges()
    for number in range(100):
        ranges.add(numbered(number << 8))
    assert ranges.text(3) == "10.0.0.0, 10.0.1.0, 10.0.2.0 and over 5 more ranges"


@given(st.sets(st.integers(0, 700)))
def test_ranges_mean_the_same_hosts(numbers: set[int]) -> None:
    ranges = HostRanges()
    for number in numbers:
        ranges.add(numbered(number))
    named = set()
    for text in filter(None, ranges.text(1000).split(", ")):
        first, _, last = text.partition("-")
        last = last if "." in last else f"{first.rpartition('.')[0]}.{last}" if last else first
        named |= set(range(int(IPv4Address(first)), int(IPv4Address(last)) + 1))
    assert named == {int(IPv4Address("10.0.0.0")) + number for number in numbers}


def test_what_looks_like_an_address_and_is_none_is_a_name() -> None:
    ranges = HostRanges()
    for host in ("rack.7", "10.0.0.300", "10.0.0.07", "::ffff:10.0.0.1", "1.2.3.4.5"):
        ranges.add(host)
    assert ranges.text() == "::ffff:10.0.0.1, 1.2.3.4.5, 10.0.0.07, 10.0.0.300, rack.7"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("10.7.3.0-10.7.3.4", "10.7.3.0-4"),
        ("10.7.3.250-10.7.4.4", "10.7.3.250-10.7.4.4"),
        ("10.7.3.9", "10.7.3.9"),
        ("fd00::1-fd00::9", "fd00::1-fd00::9"),
        ("anything-else", "anything-else"),
    ],
)
def test_a_range_of_a_report_is_spelled_as_all_others(text: str, short: str) -> None:
    assert shortened(text) == short
