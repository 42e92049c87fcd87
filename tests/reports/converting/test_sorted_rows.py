"""The list's order, for any rows in any order and more of them than are sorted at once."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.reports.converting import RowSpool, SortedRows
from scanner.reports.converting.row_order import host_key, natural
from scanner.reports.reading import ReportRow
from tests.reports.reading.made_rows import rows


def in_order(made: list[ReportRow], run: int = 7) -> list[ReportRow]:
    with RowSpool() as spool:
        kept = SortedRows(spool, run)
        for at in range(0, len(made), 3):
            kept.add(made[at : at + 3])
        return [row for batch in kept.batches() for row in batch]


@settings(max_examples=25)
@given(st.lists(rows, max_size=12), st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_come_out_alike(made: list[ReportRow], chance: random.Random) -> None:
    shuffled = chance.sample(made, len(made))
    ordered = in_order(made)
    assert in_order(shuffled, run=5) == ordered
    assert sorted(ordered, key=repr) == sorted(made, key=repr)


def test_by_name_host_port_address_vantage() -> None:
    ordered = [
        ReportRow(host="9.0.0.1", port=443),
        ReportRow(host="10.0.0.1", port=22),
        ReportRow(host="10.0.0.1", port=443),
        ReportRow(address="10.0.0.2", port=1),
        ReportRow(host="fd00::2", port=1),
        ReportRow(host="fd00::10", port=1),
        ReportRow(host="db2", address="10.0.0.9", port=1),
        ReportRow(host="db10", address="9.0.0.9", port=1, vantage="a"),
        ReportRow(host="db10", address="9.0.0.9", port=1, vantage="b"),
        ReportRow(host="db10", address="10.0.0.9", port=1, vantage="a"),
        ReportRow(name="rule 2", host="10.0.0.1", port=1),
        ReportRow(name="Rule 10", host="9.0.0.1", port=1),
    ]
    for seed in range(5):
        assert in_order(random.Random(seed).sample(ordered, len(ordered))) == ordered


def test_rows_that_differ_in_anything_have_one_order() -> None:
    row = ReportRow(host="a", port=1)
    others = [row._replace(rtt_ms=0.5), row._replace(met=False), row._replace(tags=("x",)), row._replace(lost_syns=1)]
    assert in_order([row, *others]) == in_order([*reversed(others), row])


def test_numbers_of_any_length_are_compared_quickly() -> None:
    assert natural("a" + "9" * 1_000_000) < natural("a1" + "0" * 1_000_000)
    assert sorted(["web10", "WEB9", "web010", "web²"], key=natural) == ["WEB9", "web10", "web010", "web²"]
    assert host_key("255.255.255.255") < host_key("::1") < host_key("1.2.3") < host_key("1.10.3")
