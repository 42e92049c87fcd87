"""Many hosts in few words."""

import pytest

from scanner.reports.host_ranges import HostRanges


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        ([], ""),
        (["10.0.0.1"], "10.0.0.1"),
        ([f"10.30.0.{n}" for n in range(254, 200, -1)], "10.30.0.201-254"),
        (["10.0.0.255", "10.0.1.0"], "10.0.0.255-10.0.1.0"),
        (["10.0.0.1", "10.0.0.1", "10.0.0.3"], "10.0.0.1, 10.0.0.3"),
        (["fd00::1", "fd00::2", "10.0.0.9"], "10.0.0.9, fd00::1-fd00::2"),
        ([f"10.0.0.{n}" for n in range(1, 12, 2)], ""),
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


def test_the_beginning_says_how_many_it_tells() -> None:
    ranges = HostRanges()
    for host in ("10.0.0.1", "10.0.0.2", "10.0.0.4", "10.0.0.9", "db1", "db2"):
        ranges.add(host)
    assert ranges.beginning(2) == ("10.0.0.1-2, 10.0.0.4", 3)
    assert ranges.beginning(4) == ("10.0.0.1-2, 10.0.0.4, 10.0.0.9, db1", 5)


def test_of_too_many_there_is_nothing_to_tell() -> None:
    ranges = HostRanges()
    for number in range(4097):
        ranges.add(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert ranges.text() == ""
