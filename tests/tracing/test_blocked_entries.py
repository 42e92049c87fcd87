"""Whose the blocked targets are: names in the list's order, unmet first, and never more than are kept."""

from scanner.model import Place, Request, Result, State
from scanner.tracing.blocked_entries import BlockedEntries


def blocked(request: Request, address: str = "10.0.0.1", port: int = 22, *, met: bool | None = None) -> Result:
    place = Place(address, 10 if ":" in address else 2)
    return Result(place, port, request, State.TIMEOUT, "no-response", met=met)


def entries(*results: Result, most: int = 100) -> BlockedEntries:
    found = BlockedEntries(most)
    for result in results:
        found.add(result)
    return found


def named(name: str, order: int = 0) -> Request:
    return Request(name=name, order=order)


def test_by_name_in_the_lists_order_those_with_an_unmet_target_first() -> None:
    found = entries(
        blocked(named("web tier", 3), met=True),
        blocked(named("orders database", 2), met=True),
        blocked(named("printers", 5), met=True),
        blocked(named("printers", 5), met=False),
    )
    assert found.texts(5) == (["printers", "orders database", "web tier"], 0)
    assert found.texts(1) == (["printers"], 2)


def test_without_a_name_by_the_host_as_written_and_its_ports() -> None:
    db = Request("db1.example.net")
    found = entries(
        *(blocked(db, port=port) for port in (5432, 80, 81, 82, 80)),
        blocked(Request(), "10.0.0.10", 443),
        blocked(Request(), "10.0.0.9", 443),
        blocked(Request(), "2001:db8::1", 443),
    )
    assert found.texts(9)[0] == ["10.0.0.9:443", "10.0.0.10:443", "[2001:db8::1]:443", "db1.example.net:80-82,5432"]


def test_many_ports_of_a_host_are_counted() -> None:
    assert entries(*(blocked(Request(), port=port) for port in range(5010, 4999, -1))).texts(9)[0] == [
        "10.0.0.1:5000-5010"
    ]
    assert entries(*(blocked(Request(), port=port) for port in range(1, 40, 2))).texts(9)[0] == ["10.0.0.1 (20 ports)"]
    found = entries(*(blocked(Request(), port=port) for port in range(1, 1001)))
    assert found.texts(9)[0] == ["10.0.0.1 (1,000 ports)"]
    more = entries(blocked(Request(), port=2000))
    more.merge(found)
    assert more.texts(9)[0] == ["10.0.0.1 (1,001 ports)"]


def test_no_more_than_are_kept_and_the_unmet_ones_stay() -> None:
    found = entries(*(blocked(named(f"rule {n}", n), met=True) for n in range(10)), most=4)
    assert found.texts(9) == (["rule 0", "rule 1", "rule 2", "rule 3"], None)
    found.add(blocked(named("late", 99), met=False))
    texts, more = found.texts(9)
    assert (len(texts), texts[0], more) == (4, "late", None)
    for n in range(100, 110):
        found.add(blocked(named(f"unmet {n}", n), met=False))
    assert found.texts(9)[0] == ["late", "unmet 100", "unmet 101", "unmet 102"]


def test_merged_they_are_as_if_they_had_come_together() -> None:
    one, other = entries(blocked(named("a", 1), met=True)), entries(blocked(named("a", 1), met=False), most=1)
    other.add(blocked(named("b", 2), met=False))
    one.add(blocked(named("c", 0), met=True))
    one.merge(other)
    assert one.texts(9) == (["a", "c"], None), "the other knew of more than it kept"


def test_without_the_targets_that_are_elsewhere() -> None:
    """An entry stays while it has a target that is not, an unmet one first only while one of those is unmet."""
    db = Request("db1.example.net", order=1)
    far = [blocked(db, port=80), blocked(named("web tier", 2), met=False), blocked(named("printers", 3))]
    near = [blocked(db, port=80), blocked(db, port=81), blocked(named("web tier", 2))]
    whole = entries(*far, *near)
    assert whole.without([entries(row) for row in far]).texts(9) == (["db1.example.net:80-81", "web tier"], 0)
    assert whole.without([entries(*near)]).texts(9) == entries(*far).texts(9)
    assert whole.texts(9) == (["web tier", "db1.example.net:80-81", "printers"], 0), "it keeps its own"
    many = entries(*(blocked(Request(), port=port) for port in range(1, 301)))
    assert many.without([entries(blocked(Request(), port=7))]).texts(9) == (["10.0.0.1 (299 ports)"], 0)
