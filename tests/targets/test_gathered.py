"""What entries name, before it is cut: who asks for which ranges, and for which names."""

import pytest

from scanner.errors import TargetError
from scanner.targets.entry import Entry, Settings
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.space.gathered import Gathered
from scanner.targets.space.port_table import PortFilter
from tests.targets.made import entry, excluder


def gathered(entries: list[Entry], *excludes: str, settings: Settings | None = None) -> Gathered:
    rules = excluder(*excludes)
    return Gathered(entries, rules, settings or Settings(), PortFilter(rules.everywhere), frozenset())


def test_addresses_written_otherwise_than_we_would_have_their_own_text() -> None:
    made = gathered([entry("10.0.0.1 10.0.0.4-6 2001:DB8::1 2001:db8::2")])
    assert {line: [number for *_, number in spans] for line, spans in made.lines.items()} == {
        (V4, 0): [0, 0], (V6, 0): [1, 0],
    }  # fmt: skip
    assert [made.sources.text(number) for number in (0, 1)] == ["", "2001:DB8::1"]


def test_who_has_one_range_for_itself() -> None:
    assert list(gathered([entry("10.0.0.1"), entry("10.0.0.2 10.0.0.3"), entry("web")]).alone) == [True, False]


def test_what_does_not_come_so_far() -> None:
    made = gathered([entry("10.0.0.1 ::1 db web", "1,2")], "web:1", "db", settings=Settings(family=6))
    assert (made.other_family, made.excluded, list(made.names), made.names.ports("web")) == (1, 3, ["web"], (2,))
    assert list(made.lines) == [(V6, 0)]


def test_every_address_there_is_has_to_be_allowed() -> None:
    everything = entry("0.0.0.0/0", where=("t.yaml", 2, 3))
    with pytest.raises(TargetError) as told:
        gathered([everything, entry("::/0")])
    assert [line.split(" ")[0] for line in told.value.problems] == ["t.yaml:2:3:", "::/0"]
    assert (V4, 0) in gathered([everything], settings=Settings(allow_any=True)).lines
