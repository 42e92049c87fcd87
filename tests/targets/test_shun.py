"""Excluded names are resolved, and waited for, before the first probe; where that fails, nothing is probed."""

import socket
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.targets.address import V4, V6, v4_number, v6_number
from scanner.targets.grammar import Exclude, parse_excludes
from scanner.targets.resolve import Resolver
from scanner.targets.shun import with_addresses

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


def rules(*texts: str) -> list[Exclude]:
    return [exclude for text in texts for exclude in parse_excludes(text)]


def test_the_addresses_of_a_name_are_excluded_as_the_name_is() -> None:
    asked.clear()
    excluder = with_addresses(rules("db:22,80", "db", "10.0.0.9"), Resolver(lookup=look_up))
    assert asked == ["db"]
    for line, number in (((V4, 0), v4_number("10.0.0.1")), ((V6, 0), v6_number("2001:db8::1"))):
        assert excluder.at_address(line, number or 0) is None
    assert excluder.at_address((V4, 0), v4_number("10.0.0.9") or 0) is None
    assert excluder.at_address((V4, 0), v4_number("10.0.0.2") or 0) == frozenset()
    assert excluder.at_name("db") is None


def test_ports_of_a_name() -> None:
    excluder = with_addresses(rules("db:22"), Resolver(lookup=look_up))
    assert excluder.at_address((V4, 0), v4_number("10.0.0.1") or 0) == {22}


def test_several_names_of_one_exclude() -> None:
    excluder = with_addresses(rules("db[1-2]"), Resolver(lookup=look_up))
    found = [excluder.at_address((V4, 0), v4_number(f"10.0.1.{n}") or 0) for n in (1, 2, 3)]
    assert found == [None, None, frozenset()]


def test_without_names_nobody_is_asked() -> None:
    asked.clear()
    assert with_addresses(rules("10.0.0.0/8", "*:25"), Resolver(lookup=look_up)).everywhere == {25}
    assert asked == []


def test_a_name_that_cannot_be_resolved_ends_it() -> None:
    with pytest.raises(UsageError, match=r'excluded host "gone" cannot be resolved \(no-address\).*write its address'):
        with_addresses(rules("db", "gone:22"), Resolver(lookup=look_up))


@pytest.mark.parametrize("led", [["0.0.0.0"], ["0.0.0.0", "::"]])
def test_so_does_one_that_leads_to_unspecified_addresses_alone(led: list[str]) -> None:
    """That is an ad blocker's answer, not where the host is."""

    def blocked(name: str, *_: object, **__: object) -> list[Any]:
        families = {False: socket.AF_INET, True: socket.AF_INET6}
        return [(families[":" in each], socket.SOCK_STREAM, 6, "", (each, 0, 0, 0)) for each in led]

    with pytest.raises(UsageError, match=r"cannot be resolved \(unspecified-address\).*write its address"):
        with_addresses(rules("ads"), Resolver(lookup=blocked))
    assert with_addresses(rules(*led), Resolver(lookup=blocked)).at_address((V4, 0), 0) is None
