"""Hosts written as numbers: the quick way for most of a list, and the whole one with its errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.grammar.numeric_hosts import address_of, common_v4, network_of, range_of


def ends(host: AddressRange | None) -> tuple[int, int, int] | None:
    return host and (host.family, host.first, host.last)


@pytest.mark.parametrize("text", ["10.0.0.5/24", "10.0.0.0/33", "10.0.0.0/024", "10.0.0.9-10.0.0.1", "10.0.0.1-5", "a"])
def test_the_quick_way_leaves_all_else_to_others(text: str) -> None:
    assert common_v4(text) is None


@given(st.integers(0, (1 << 32) - 1), st.integers(0, 32))
def test_both_ways_say_the_same_of_a_network(number: int, bits: int) -> None:
    first = number >> (32 - bits) << (32 - bits)
    head = ".".join(str(first >> shift & 255) for shift in (24, 16, 8, 0))
    quick, whole = common_v4(f"{head}/{bits}"), network_of(head, str(bits), f"{head}/{bits}")
    assert ends(quick) == ends(whole) == (V4, first, first | (1 << 32 - bits) - 1)
    assert quick is not None
    assert quick.network
    assert whole.network


def test_ranges() -> None:
    assert ends(range_of("10.0.0.1-50")) == ends(range_of("10.0.0.1-10.0.0.50")) == (V4, 0x0A000001, 0x0A000032)
    assert ends(range_of("::1-::20")) == (V6, 1, 0x20)
    assert range_of("web-1") is None
    assert range_of("10.0.0.1") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("10.0.0.1-::2", "mixes two kinds"),
        ("10.0.0.9-1", "write 10.0.0.1-10.0.0.9"),
        ("10.0.0.1-300", "0 to 255"),
        ("::1-5", "the whole last address"),
        ("::ffff:0:0-::ffff:0:9", "IPv6 form"),
    ],
)
def test_wrong_ranges(text: str, told: str) -> None:
    with pytest.raises(TargetError, match=told):
        range_of(text)


def test_an_ipv6_address_keeps_its_text() -> None:
    host = address_of("2001:DB8::1")
    assert (host.text, host.first, host.network) == ("2001:DB8::1", 0x20010DB8 << 96 | 1, False)
    with pytest.raises(TargetError, match=r"write 10\.0\.0\.1"):
        address_of("::ffff:10.0.0.1")
