"""What lies just outside the rules of a list, and what testing it does not prove."""

from collections.abc import Sequence

import pytest

from scanner.model import PortExpectations
from scanner.targets.entry import Defaults, Entry, Settings, StatedSettings
from scanner.targets.grammar.parsers import parse_excludes
from scanner.targets.space.single_targets import expand
from scanner.targets.writing.found_neighbours import TAG
from scanner.targets.writing.neighbour_places import addresses_beside, ports_beside
from scanner.targets.writing.rule_neighbours import Beside, beside
from tests.targets.made import entry


def around(*entries: Entry, exclude: str = "", ports: tuple[int, ...] | None = None) -> Beside:
    return beside(entries, parse_excludes(exclude) if exclude else [], ports)


def targets(found: Sequence[Entry]) -> list[str]:
    return sorted(f"{target.host} {target.port}" for target in expand(found, [], Settings()))


@pytest.mark.parametrize(
    ("hosts", "ports", "added"),
    [
        ("db1.example.com", "443", ["db1.example.com 442", "db1.example.com 444"]),
        ("10.51.100.7", "1", ["10.51.100.7 2"]),
        ("10.51.100.7", "65535", ["10.51.100.7 65534"]),
        ("10.51.100.7", "80,82,81,90", [f"10.51.100.7 {port}" for port in (79, 83, 89, 91)]),
        ("10.51.100.0/24", "-", ["10.51.101.1 1", "10.51.101.1 65535", "10.51.99.254 1", "10.51.99.254 65535"]),
        (
            "10.51.100.10-12",
            "22",
            ["10.51.100.10 21", "10.51.100.10 23", "10.51.100.12 21", "10.51.100.12 23", "10.51.100.13 22",
             "10.51.100.9 22"],
        ),
        ("2001:db8::7", "22", ["2001:db8::7 21", "2001:db8::7 23"]),
    ],
)  # fmt: skip
def test_neighbours(hosts: str, ports: str, added: list[str]) -> None:
    assert targets(around(entry(hosts, ports)).entries) == added


def test_a_neighbour_says_whose_it_is_and_what_it_is_for() -> None:
    defaults = Defaults(StatedSettings(tags=("prod",), timeout=2.0))
    rule = entry("10.51.100.10-12", "22", name="ssh", where=("r.csv", 7, 1), defaults=defaults, retries=3)
    ports, addresses = around(rule).entries
    assert (ports.name, addresses.name) == ("port beside ssh", "address beside ssh")
    assert {each.where for each in (ports, addresses)} == {"r.csv:7:1"}
    assert ports.stated == StatedSettings(retries=3, expect="blocked", tags=("prod", TAG))
    assert ports.defaults is defaults
    assert around(entry("db1", "22,80")).entries[0].name == "port beside db1:22,80"


def test_the_tag_is_there_once() -> None:
    assert around(entry("db1", "22", tags=(TAG, "a"))).entries[0].stated.tags == ("a", TAG)


@pytest.mark.parametrize(
    ("expect", "is_rule"),
    [(None, True), ("open", True), ("reachable", True), ("refused", True), ("any", False), ("blocked", False),
     ("timeout", False), ("unreachable", False), ("not-open", False)],
)  # fmt: skip
def test_a_rule_expects_that_the_way_is_free(expect: str | None, is_rule: bool) -> None:
    assert bool(around(entry("db1", "22", expect=expect)).entries) is is_rule
    assert bool(around(entry("db1", "22", defaults=Defaults(StatedSettings(expect=expect)))).entries) is is_rule


def test_of_expectations_by_port_those_that_allow_count() -> None:
    rule = entry("db1", "22-25")
    by_port = PortExpectations([(22, 22, "blocked"), (25, 25, "any")])
    split = Entry(rule.hosts, rule.ports, by_port=by_port)
    assert targets(around(split).entries) == []
    beyond = Entry(rule.hosts, (23, 24), by_port=by_port)
    assert targets(around(beyond).entries) == ["db1 22", "db1 25"]


def test_what_the_list_names_is_not_added_whatever_it_expects() -> None:
    rules = entry("10.51.100.7 db1.example.com", "22"), entry("10.51.100.0/28", "23", expect="blocked")
    found = around(*rules, entry("DB1.example.com.", "21", expect="any"))
    assert targets(found.entries) == ["10.51.100.7 21", "db1.example.com 23"]
    assert any(text.startswith("what the list itself names beside them was not added") for text in found.remarks)


def test_networks_side_by_side() -> None:
    found = around(entry("10.51.100.0/25", "22"), entry("10.51.100.128/25", "22"))
    added = targets(found.entries)
    assert [text for text in added if text.endswith(" 22")] == ["10.51.101.1 22", "10.51.99.254 22"]


def test_not_across_excludes() -> None:
    found = around(entry("10.51.100.0/24 db1", "22"), exclude="10.51.101.0/24,*:21,db1:23,10.51.100.1:23")
    assert targets(found.entries) == ["10.51.100.254 23", "10.51.99.254 22"]
    assert any(text.startswith("what the list excludes beside them was not added") for text in found.remarks)


def test_each_target_is_added_once() -> None:
    found = around(entry("db1", "22", name="a"), entry("db1", "24", name="b"))
    assert targets(found.entries) == ["db1 21", "db1 23", "db1 25"]
    assert [each.ports for each in found.entries] == [(21, 23), (25,)]


@pytest.mark.parametrize(
    ("hosts", "added"),
    [
        ("127.0.0.0/30", []),
        ("::1", []),
        ("1.0.0.0-1.0.0.9", ["1.0.0.1 21", "1.0.0.1 23", "1.0.0.10 22", "1.0.0.9 21", "1.0.0.9 23"]),
        ("223.255.255.4/30", [*(f"223.255.255.{at} {port}" for at, port in ((2, 22), (5, 21), (5, 23), (6, 21))),
                              "223.255.255.6 23", "223.255.255.9 22"]),
        ("223.255.255.128-223.255.255.255", ["223.255.255.126 22", "223.255.255.129 21", "223.255.255.129 23",
                                             "223.255.255.254 21", "223.255.255.254 23"]),
        ("::2-::3", ["::2 21", "::2 23", "::3 21", "::3 23", "::4 22"]),
        ("fe80::%lo/127", ["fe80::1%lo 21", "fe80::1%lo 23", "fe80::2%lo 22"]),
        ("fec0::1-fec0::2", ["fec0::1 21", "fec0::1 23", "fec0::2 21", "fec0::2 23", "fec0::3 22"]),
        ("0.0.0.0/0", []),
    ],
)  # fmt: skip
def test_what_nobody_can_be_asked_at(hosts: str, added: list[str]) -> None:
    assert targets(around(entry(hosts, "22")).entries) == added


@pytest.mark.parametrize(
    ("hosts", "added"),
    [
        ("10.0.0.0/8", []),
        ("172.16.0.0/12", []),
        ("192.168.0.0/16", []),
        ("100.64.0.0/10", []),
        ("169.254.0.0/16", []),
        ("203.0.113.0/24", []),
        ("fc00::/7", []),
        ("2001:db8::/32", []),
        ("10.0.0.0/24", ["10.0.1.1 22"]),
        ("192.168.255.0/24", ["192.168.254.254 22"]),
        ("9.0.0.0/8", ["8.255.255.254 22"]),
        ("10.0.0.16/28", ["10.0.0.14 22", "10.0.0.33 22"]),
        ("10.0.0.20-10.0.0.31", ["10.0.0.18 22", "10.0.0.33 22"]),
        ("10.0.0.6/31", ["10.0.0.5 22", "10.0.0.8 22"]),
        ("10.4.0.0/22", ["10.3.255.254 22", "10.4.4.1 22"]),
    ],
)
def test_no_address_of_somebody_else_and_no_broadcast_of_a_network_beside(hosts: str, added: list[str]) -> None:
    found = around(entry(hosts, "22"))
    assert [each for each in targets(found.entries) if each.endswith(" 22")] == added
    lacking = any(text.startswith("past the end of a private or otherwise special range") for text in found.remarks)
    assert lacking == (len(added) < 2)


def test_of_a_network_its_hosts_are_asked() -> None:
    asked = {text.partition(" ")[0] for text in targets(around(entry("10.0.0.16/28", "1-79,81-65535")).entries)}
    assert asked >= {"10.0.0.17", "10.0.0.30"}
    assert not asked & {"10.0.0.16", "10.0.0.31"}


def test_whoever_lies_beside_two_rules_has_the_tags_of_both() -> None:
    found = around(entry("db1", "22", name="a", tags=("x",)), entry("db1", "24", name="b", tags=("y", "x")))
    assert [(each.name, each.ports, each.stated.tags) for each in found.entries] == [
        ("port beside a", (21,), ("x", TAG)),
        ("port beside a", (23,), ("x", "y", TAG)),
        ("port beside b", (25,), ("y", "x", TAG)),
    ]


def test_all_addresses_of_a_name_are_to_be_blocked() -> None:
    rules = entry("db1", "22", addresses="one"), entry("db2", "22", defaults=Defaults(StatedSettings(addresses="one")))
    assert [each.stated.addresses for each in around(*rules).entries] == ["all", "all"]
    assert around(entry("db1", "22")).entries[0].stated.addresses is None


@pytest.mark.parametrize(
    ("span", "numbers"),
    [((0x0A000100, 0x0A0001FF), [0x0A0000FE, 0x0A000201]), ((0x01000000, 0x01000001), [0x01000002]), ((0, 5), [])],
)
def test_addresses_that_end_in_0_or_255_are_passed_by(span: tuple[int, int], numbers: list[int]) -> None:
    assert list(addresses_beside((2, 0), *span)) == numbers


def test_ports_beside_all_ports() -> None:
    assert ports_beside(range(1, 65536)) == []
    assert around(entry("db1", "-")).entries == []
    assert around(entry("db1", "-")).remarks[0].startswith("every port is allowed, so none is beside them")


def test_large_rules_are_tested_at_their_ends() -> None:
    names = " ".join(f"h{at}x" for at in range(200))
    found = around(entry(names, ",".join(map(str, range(1000, 3000, 3)))))
    assert sum(len(each.hosts) * len(each.ports or ()) for each in found.entries) == 50 * 20
    assert any(text.startswith("of more than 50 hosts or 20 ports only these were added") for text in found.remarks)


@pytest.mark.slow
def test_of_many_rules_the_first() -> None:
    found = around(*(entry(f"h{at}x", "22", where=("l", at + 1, 1)) for at in range(26_000)))
    assert sum(len(each.hosts) * len(each.ports or ()) for each in found.entries) == 50_000
    assert found.remarks[-1].endswith("nothing was added from here on (1 rule: l:25000)")


def test_ports_of_the_command_line() -> None:
    assert targets(around(entry("db1", None), ports=(22,)).entries) == ["db1 21", "db1 23"]
