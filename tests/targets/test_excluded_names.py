"""Excluded names are resolved, and waited for, before the first probe; where that fails, nothing is probed."""

import socket
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.targets.grammar.addresses import V4, V6, v4_number, v6_number
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.parsers import parse_excludes
from scanner.targets.names.excluded_names import with_addresses
from scanner.targets.names.resolve import Resolver

asked: list[str] = []


def look_up(name: str, *_: object, **__: object) -> list[Any]:
    """db: two addresses; anything else: no such name."""
    asked.append(name)
    if name in ("db1", "db2"):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"10.0.1.{name[2:]}", 0))]
    if name.lower() != "db":
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    stream = socket.SOCK_STREAM
    return [
        (socket.AF_INET, stream, 6, "", ("10.0.0.1", 0)),
        (socket.AF_INET6, stream, 6, "", ("2001:db8::1", 0, 0, 0)),
    ]


def maker(family: int, look_up: Any = look_up) -> Resolver:
    return Resolver(family=family, lookup=look_up, listed=lambda names: set(names))


def rules(*texts: str) -> list[Exclude]:
    return [exclude for text in texts for exclude in parse_excludes(text)]


def test_the_addresses_of_a_name_are_excluded_as_the_name_is() -> None:
    asked.clear()
    excluder = with_addresses(rules("db:22,80", "db", "10.0.0.9"), resolver=maker)
    assert asked == ["db"]
    for line, number in (((V4, 0), v4_number("10.0.0.1")), ((V6, 0), v6_number("2001:db8::1"))):
        assert excluder.at_address(line, number or 0) is None
    assert excluder.at_address((V4, 0), v4_number("10.0.0.9") or 0) is None
    assert excluder.at_address((V4, 0), v4_number("10.0.0.2") or 0) == frozenset()
    assert excluder.at_name("db") is None


def test_ports_of_a_name() -> None:
    excluder = with_addresses(rules("db:22"), resolver=maker)
    assert excluder.at_address((V4, 0), v4_number("10.0.0.1") or 0) == {22}


def test_several_names_of_one_exclude() -> None:
    excluder = with_addresses(rules("db[1-2]"), resolver=maker)
    found = [excluder.at_address((V4, 0), v4_number(f"10.0.1.{n}") or 0) for n in (1, 2, 3)]
    assert found == [None, None, frozenset()]


def test_a_family_that_is_not_probed_need_not_be_answered_for() -> None:
    """Its silence would hide no address that may be touched."""

    def look_up(name: str, port: None, family: int, kind: int) -> list[Any]:
        if family == V6:
            raise socket.gaierror(socket.EAI_AGAIN, "silence")
        return [(socket.AF_INET, kind, 6, "", ("10.0.0.1", 0))]

    def make(family: int) -> Resolver:
        return Resolver(family=family, lookup=look_up, listed=lambda names: set())

    excluder = with_addresses(rules("db"), family=4, resolver=make)
    assert excluder.at_address((V4, 0), v4_number("10.0.0.1") or 0) is None
    with pytest.raises(UsageError, match=r'does not give the IPv6 addresses of the excluded host "db".*choose -4'):
        with_addresses(rules("db"), resolver=make)


def test_a_name_of_the_other_family_only_is_not_mistyped() -> None:
    def look_up(name: str, port: None, family: int, kind: int) -> list[Any]:
        if family == V4 or name == "gone":
            raise socket.gaierror(socket.EAI_NONAME, "none of that family")
        return [(socket.AF_INET6, kind, 6, "", ("2001:db8::1", 0, 0, 0))]

    def make(family: int) -> Resolver:
        return Resolver(family=family, lookup=look_up, listed=lambda names: set())

    assert with_addresses(rules("db"), family=4, resolver=make).at_name("db") is None
    with pytest.raises(UsageError, match=r'"gone" cannot be resolved \(no-address\)'):
        with_addresses(rules("gone"), family=4, resolver=make)


def test_without_names_nobody_is_asked() -> None:
    asked.clear()
    assert with_addresses(rules("10.0.0.0/8", "*:25"), resolver=maker).everywhere == {25}
    assert asked == []


def test_a_name_that_cannot_be_resolved_ends_it() -> None:
    with pytest.raises(UsageError, match=r'excluded host "gone" cannot be resolved \(no-address\).*write its address'):
        with_addresses(rules("db", "gone:22"), resolver=maker)


@pytest.mark.parametrize("led", [["0.0.0.0"], ["0.0.0.0", "::"]])
def test_so_does_one_that_leads_to_unspecified_addresses_alone(led: list[str]) -> None:
    """That is an ad blocker's answer, not where the host is."""

    def blocked(name: str, *_: object) -> list[Any]:
        families = {False: socket.AF_INET, True: socket.AF_INET6}
        return [(families[":" in each], socket.SOCK_STREAM, 6, "", (each, 0, 0, 0)) for each in led]

    def make(family: int) -> Resolver:
        return Resolver(family=family, lookup=blocked, listed=lambda names: set())

    with pytest.raises(UsageError, match=r"cannot be resolved \(unspecified-address\).*write its address"):
        with_addresses(rules("ads"), resolver=make)
    assert with_addresses(rules(*led), resolver=make).at_address((V4, 0), 0) is None
