"""Who asks what: rows are made when they are asked for."""

from scanner.targets.entry import Settings
from scanner.targets.space.port_table import Joiner
from scanner.targets.space.requests import Sources
from tests.targets.made import entry

ENTRIES = [entry("10.0.0.1", name="a", addresses="one"), entry("10.0.0.1", name="b", addresses="one")]


def sources(*, named: bool = False) -> Sources:
    made = Sources(ENTRIES, Settings(), named=named)
    made.add(0, "", (1, 2))
    made.add(1, "text", (2, 3))
    made.add(1, "", (2, 3))
    return made


def test_the_row_of_a_source_is_that_of_its_entry() -> None:
    made = sources()
    assert [(made.order(each), made.ports(each), made.text(each)) for each in range(3)] == [
        (0, (1, 2), ""), (1, (2, 3), "text"), (1, (2, 3), ""),
    ]  # fmt: skip
    row = made.request(1)
    assert (row.name, row.host, row.order) == ("b", "text", 1)
    assert made.request(1) is not row


def test_one_address_is_enough_for_names_only() -> None:
    assert sources(named=True).request(0).one
    assert not sources().request(0).one


def test_an_entry_that_asks_twice_has_one_row() -> None:
    table = sources().join((0, 1, 2), Joiner())
    assert table.ports == (1, 2, 3)
    assert [[row.name for row in table.requests(level)] for level in range(3)] == [["a"], ["a", "b"], ["b"]]
    assert table.rows == 4
