"""nmap's lists of octets: what they name in our own words, and what else may be meant by a comma."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import address_text
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.grammar.octets import octet_list
from scanner.targets.grammar.parsers import parse_excludes, parse_host, parse_target

NUMBERS = st.integers(0, 255)
ITEM = st.builds(lambda low, more: f"{low}-{min(255, low + more)}" if more else str(low), NUMBERS, st.integers(0, 3))
OCTET = st.lists(ITEM, min_size=1, max_size=3).map(",".join)


def numbers(octet: str) -> list[int]:
    """The numbers that an octet names, as nmap reads it."""
    spans = ((item.partition("-")[0], item.rpartition("-")[2]) for item in octet.split(","))
    return [each for low, high in spans for each in range(int(low), int(high) + 1)]


def addresses(word: str) -> set[str]:
    found = set()
    for host in parse_host(word):
        assert isinstance(host, AddressRange)
        found |= {address_text(host.family, number) for number in range(host.first, host.last + 1)}
    return found


@given(st.integers(1, 223), st.lists(OCTET, min_size=3, max_size=3))
def test_the_words_name_the_same_addresses(first: int, octets: list[str]) -> None:
    found = octet_list(".".join((str(first), *octets)))
    if found and found.words:
        meant = {".".join(map(str, (first, *each))) for each in product(*map(numbers, octets))}
        assert set().union(*map(addresses, found.words)) == meant


@pytest.mark.parametrize(
    ("text", "words", "host", "ports"),
    [
        ("10.0.0.1-5,7", ["10.0.0.1-5", "10.0.0.7"], "10.0.0.1-5", "7"),
        ("10.0.0.1,22", ["10.0.0.1", "10.0.0.22"], "10.0.0.1", "22"),
        ("10.0.0-1.1-5", ["10.0.[0-1].[1-5]"], "", ""),
        ("10.0,2.0.1,3", ["10.0.0.1", "10.0.0.3", "10.2.0.1", "10.2.0.3"], "", ""),
        ("10.0.*.1", ["10.0.[0-255].1"], "", ""),
        ("10.0.0.*", ["10.0.0.0/24"], "", ""),
        ("10.0-3.*.*", ["10.0.0.0-10.3.255.255"], "", ""),
        ("10.*.*.1", ["10.[0-255].[0-255].1"], "", ""),
        ("10.*.1.*", ["10.[0-255].1.[0-255]"], "", ""),
        ("10.*.*.1-200", [], "", ""),
        ("10.0.0.1,2,3,4,5,6,7,8,9,10", [], "10.0.0.1", "2,3,4,5,6,7,8,9,10"),
    ],
)
def test_what_it_may_mean(text: str, words: list[str], host: str, ports: str) -> None:
    assert octet_list(text) == (words, host, ports)


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1", "10.0.0.1-5", "10.0.0.1,443", "10.0.0.5-1,7", "10.0.0.1,07", "10.0.0.1,", "10.0.0.1-", "10.0.0.-",
        "10.0.0.1,10.0.0.2", "10.0.0,1", "a.0.0.1,2", "", "1," * 200 + "1.1.1.1",
    ],
)  # fmt: skip
def test_what_is_no_list_of_octets(text: str) -> None:
    assert octet_list(text) is None


def test_both_meanings_of_a_comma_are_told() -> None:
    """Ports alone would be other hosts than those in the list, and at other ports."""
    with pytest.raises(
        TargetError, match=r"alone: 10.0.0.1-5 and 10.0.0.7, or 10.0.0.1-5 here, and the port with -p 7"
    ):
        parse_host("10.0.0.1-5,7")
    with pytest.raises(TargetError, match=r"write each alone: 10.0.0.1-5 and 10.0.0.7, or 10.0.0.1-5:7$"):
        parse_excludes("10.0.0.1-5,7")
    with pytest.raises(TargetError, match=r"write each alone: 10.0.0.1:22 and 10.0.0.7:22$"):
        parse_target("10.0.0.1,7:22")
    with pytest.raises(TargetError, match=r"write 10.0.0.1:7$"):
        parse_target("10.0.0.1,7")
    with pytest.raises(TargetError, match=r"write 0.0.0.0/0 with --allow-any"):
        parse_host("*.*.*.*")
