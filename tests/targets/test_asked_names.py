"""Names are asked for once, whatever their case, with all that entries want of them."""

from scanner.targets.entry import Settings
from scanner.targets.space.asked_names import AskedNames
from scanner.targets.space.requests import Sources
from tests.targets.made import entry


def asked(*adds: tuple[str, tuple[int, ...], int]) -> AskedNames:
    entries = [entry("x", name=f"e{order}") for order in range(3)]
    names = AskedNames(Sources(entries, Settings(), named=True))
    for add in adds:
        names.add(*add)
    return names


def test_as_it_was_written_first() -> None:
    names = asked(("Web.example", (80,), 0), ("web.EXAMPLE", (443,), 1), ("db", (22,), 1))
    assert list(names) == ["web.example", "db"]
    assert len(names) == 2
    assert names.text("web.example") == "Web.example"
    assert [(ports, row.host, row.name) for ports, row in names.asks("web.example")] == [
        ((80,), "Web.example", "e0"), ((443,), "web.EXAMPLE", "e1"),
    ]  # fmt: skip


def test_an_entry_that_repeats_a_name_has_one_row() -> None:
    names = asked(("a", (1, 2), 0), ("A", (1, 2), 0), ("a", (2, 3), 2))
    assert names.ports("a") == (1, 2, 3)
    assert list(names.port_lists()) == [[(1, 2), (2, 3)]]
    assert names.row_count == 4


def test_none() -> None:
    assert not asked()
    assert asked().row_count == 0
