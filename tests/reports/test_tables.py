"""What both tables share: they speak once, say when they are not whole, and sort addresses as numbers."""

import io
from collections.abc import Iterable

from scanner.model import Result
from scanner.reports import Look, ScanInfo
from scanner.reports.tables import Table, address_key
from tests.reports.made import Sunk


class Lines(Table):
    def write(self, results: list[Result]) -> None:
        raise AssertionError("not asked for here")

    def render(self) -> Iterable[str]:
        return ["é", "漢"]


def ended(ending: str, info: ScanInfo, look: Look | None = None) -> str:
    sink = io.BytesIO()
    table = Lines(Sunk(sink), look or Look())
    table.flush()
    assert sink.getvalue() == b""
    getattr(table, ending)(info)
    table.finish(info)
    table.abandon(info)
    return sink.getvalue().decode()


def test_a_table_speaks_once_at_its_end() -> None:
    assert ended("finish", ScanInfo()) == "é\n漢\n"


def test_what_is_not_whole_says_so() -> None:
    assert ended("abandon", ScanInfo()) == "é\n漢\nincomplete: stopped early\n"
    assert ended("finish", ScanInfo(complete=False)) == "é\n漢\nincomplete: stopped early\n"


def test_what_the_summary_beside_it_says_is_not_said_twice() -> None:
    assert ended("abandon", ScanInfo(), Look(beside=True)) == "é\n漢\n"


def test_a_shard_says_that_it_is_not_the_list() -> None:
    shard = ScanInfo(extra={"shard": "2/3"})
    said = "\nshard 2/3: the rest of the list is in the reports of the other shards\n"
    assert ended("finish", shard) == f"é\n漢\n{said}"
    assert ended("finish", shard, Look(beside=True)) == "é\n漢\n", "the summary says it"
    assert ended("finish", ScanInfo(extra={"shard": "1/1"})) == ended("finish", ScanInfo(extra={"shard": None}))


def test_addresses_sort_as_numbers_ipv4_first_and_names_last() -> None:
    wanted = ["10.0.0.9", "10.0.0.10", "::1", "2001:db8::1", "fe80::1%eth0", "fe80::1%eth1", "", "a\0b"]
    mixed = [*wanted[4:], *wanted[:4]]
    assert sorted(mixed, key=address_key) == wanted
    assert address_key("10.0.0.1", "a") < address_key("10.0.0.1", "b")
