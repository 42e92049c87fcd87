"""Where users' texts are read: the strict grammar's values, and better words than its own where it refuses."""

from collections.abc import Callable

import pytest

from scanner.errors import TargetError
from scanner.targets.grammar.host_ports import strict_exclude, strict_excludes, strict_target
from scanner.targets.grammar.hosts import strict_host
from scanner.targets.grammar.parsers import parse_exclude, parse_excludes, parse_host, parse_ports, parse_target
from scanner.targets.grammar.ports import strict_ports
from tests.test_layers import MODULES, imports

GRAMMAR = "scanner.targets.grammar."
Parse = Callable[[str], object]


@pytest.mark.parametrize(
    ("parse", "strict", "typed", "remedy"),
    [
        (parse_host, strict_host, "localhost:22", "localhost here, and the port with -p 22"),
        (parse_target, strict_target, "localhost 22", "localhost:22"),
        (parse_exclude, strict_exclude, "localhost 22", "localhost:22"),
        (parse_excludes, strict_excludes, "10.0.0.0 255.255.255.0", "10.0.0.0/24"),
        (parse_ports, strict_ports, "22 80", "22,80"),
    ],
)
def test_only_here_a_mistake_is_looked_at_twice(parse: Parse, strict: Parse, typed: str, remedy: str) -> None:
    with pytest.raises(TargetError) as plain:
        strict(typed)
    assert remedy not in str(plain.value)
    with pytest.raises(TargetError) as told:
        parse(typed)
    assert f"write {remedy}" in str(told.value)
    assert told.value.__suppress_context__


def test_equal_port_lists_are_one_object() -> None:
    assert parse_ports("".join(["22,", "80"])) is parse_ports("".join(["22", ",80"]))


def test_what_may_hold_a_password_is_not_taken_apart_at_its_commas() -> None:
    with pytest.raises(TargetError) as told:
        parse_excludes("http://u:a,b@db1:80")
    assert str(told.value).endswith("is a URL; write db1:80, or db1 for all ports")
    assert "a,b" not in str(told.value)


@pytest.mark.parametrize("start", ["hosts", "ports", "host_ports"])
def test_the_grammar_knows_nothing_of_slips(start: str) -> None:
    """Not by any way: else remedies would be looked for while a remedy is being tried."""
    reached, left = set[str](), [GRAMMAR + start]
    while left:
        name = left.pop()
        if name in MODULES and name not in reached:
            reached.add(name)
            left += imports(name)
    assert not reached & {GRAMMAR + name for name in ("parsers", "slips", "slip_forms", "typing_places", "typed_words")}
