"""What changed between two reports, of which kind, and whether it is a difference."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pytest

from scanner.api.excluding import excluding
from scanner.model import FIELDS
from scanner.reports.comparing import (
    Difference,
    HowToCompare,
    compare,
    csv_pieces,
    json_pieces,
    markdown_pieces,
    summary_line,
    table_lines,
)
from scanner.reports.painted import Look
from scanner.reports.reading import ReportRow, StoredReport

ROW = ReportRow(
    name="db", host="10.0.0.1", address="10.0.0.1", port=22, state="open", reason="syn-ack", rtt_ms=1.0, vantage="here"
)
REFUSED = ROW._replace(state="refused", reason="conn-refused")
TIMEOUT = ROW._replace(state="timeout", reason="no-response", rtt_ms=None)
REJECTED = ROW._replace(state="unreachable", reason="admin-prohibited", icmp_from="10.9.9.9", rtt_ms=None)
FAILED = ROW._replace(state="error", reason="EACCES", rtt_ms=None)
NAMED = ROW._replace(host="db.test")


class Made(StoredReport):
    """A report with these rows."""

    def __init__(
        self,
        *made: ReportRow,
        scan: Mapping[str, Any] | None = None,
        path: str = "made.json",
        fields: Collection[str] = tuple(FIELDS),
    ) -> None:
        super().__init__(path, "json", fields)
        self.scan = scan or {}
        self._made = list(made)

    def rows(self) -> Iterator[list[ReportRow]]:
        yield self._made[:1]
        yield self._made[1:]


def compared(old: Made, new: Made, **asked: Any) -> Difference:
    return compare(old, new, HowToCompare(**asked), excluding)


def told(found: Difference) -> list[tuple[str, str, int]]:
    return [(str(change.kind), str(change.standing), change.port) for change in found.changes]


def one(old: ReportRow, new: ReportRow, **asked: Any) -> tuple[list[tuple[str, str]], bool]:
    found = compared(Made(old), Made(new), **asked)
    return [(str(change.kind), str(change.standing)) for change in found.changes], found.differs


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (REFUSED, ROW, "opened"), (TIMEOUT, ROW, "opened"), (FAILED, ROW, "opened"),
        (ROW, REFUSED, "closed"), (TIMEOUT, REFUSED, "closed"),
        (ROW, TIMEOUT, "blocked"), (REFUSED, REJECTED, "blocked"), (FAILED, TIMEOUT, "blocked"),
        (ROW, FAILED, "failed"), (TIMEOUT, FAILED, "failed"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("strict", [True, False])
def test_a_move_is_a_difference(old: ReportRow, new: ReportRow, kind: str, strict: bool) -> None:
    assert one(old, new, strict=strict) == ([(kind, "")], True)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (TIMEOUT, REJECTED, "reason"),
        (REJECTED, REJECTED._replace(icmp_from="10.8.8.8"), "reason"),
        (REJECTED, REJECTED._replace(reason="host-prohibited"), "reason"),
        (ROW, ROW._replace(reason="syn-ack-reset"), "reason"),
        (TIMEOUT, TIMEOUT._replace(doubt="unverified"), "doubt"),
        (NAMED, NAMED._replace(address="10.0.0.2"), "addresses"),
    ],
)
def test_what_only_strictness_minds(old: ReportRow, new: ReportRow, kind: str) -> None:
    assert one(old, new, strict=True) == ([(kind, "")], True)
    assert one(old, new) == ([(kind, "")] if kind == "reason" else [], False)


def test_what_differs_every_night_is_nothing_new() -> None:
    again = ROW._replace(time="2026-01-01T00:00:00.000Z", attempts=3, rtt_ms=90.0, source="10.0.0.9", lost_syns=2)
    assert one(ROW, again, strict=True) == ([], False)


@pytest.mark.parametrize(
    ("old", "new", "standing", "differs"),
    [
        (True, False, "regression", True),
        (False, True, "fixed", True),
        (False, False, "still unmet", False),
        (True, True, "", False),
        (None, False, "", False),
        (None, True, "", False),
    ],
)
def test_what_becomes_of_an_expectation(old: bool | None, new: bool | None, standing: str, differs: bool) -> None:
    expected = [standing] if standing else []
    found = one(ROW._replace(expect="open", met=old), ROW._replace(expect="open", met=new))
    assert ([each for _, each in found[0]], found[1]) == (expected, differs)


def test_what_only_one_report_has() -> None:
    found = compared(Made(ROW, ROW._replace(port=23)), Made(ROW, ROW._replace(port=24)))
    assert told(found) == [("vanished", "", 23), ("appeared", "", 24)]
    assert (found.same, found.differs) == (1, True)


def left_out(**scan: Any) -> Made:
    return Made(ROW, scan={"complete": True, **scan})


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (left_out(complete=False), "the scan was not finished"),
        (Made(ROW, path="o.csv.partial"), "the scan was not finished"),
        (left_out(options={"only": "refused"}), "the report has only refused"),
        (left_out(options={"tag": ["prod"], "name": ["w*"]}), "the report has only --tag prod --name w*"),
        (left_out(options={"exclude": ["10.0.0.0/30"]}), "excluded"),
        (left_out(options={"exclude": ["*:23"]}), "excluded"),
        (left_out(excludes=["10.0.0.1:20-30"]), "excluded"),
        (left_out(options={"family": 6}), "the report has only IPv6"),
        (left_out(silent_hosts={"count": 1, "ranges": ["10.0.0.1-10.0.0.9"]}), "answered nothing"),
    ],
)
def test_what_was_left_out_on_purpose_is_not_gone(report: Made, why: str) -> None:
    both = ROW, ROW._replace(port=23)
    for found in (compared(Made(*both), report), compared(report, Made(*both))):
        assert told(found) == [("not scanned", "", 23)]
        assert why in found.changes[0].why
        assert (found.same, found.differs) == (1, False)


@pytest.mark.parametrize(
    "scan", [{"options": {"exclude": ["10.0.0.2", "*:24", "x.test"]}}, {"options": {"family": 4}}, {"excludes": ["]["]}]
)
def test_what_others_excludes_say_is_nothing_to_it(scan: dict[str, Any]) -> None:
    assert told(compared(Made(ROW, ROW._replace(port=23)), left_out(**scan))) == [("vanished", "", 23)]


def at(address: str, row: ReportRow = NAMED) -> ReportRow:
    return row._replace(address=address)


REFUSING = NAMED._replace(state="refused", reason="conn-refused")
NOWHERE = NAMED._replace(address="", state="error", reason="no-address")


@pytest.mark.parametrize(
    ("old", "new", "kinds", "strictly"),
    [
        ([at("10.0.0.1"), at("10.0.0.2")], [at("10.0.0.2"), at("10.0.0.1")], [], []),
        ([at("10.0.0.1"), at("10.0.0.2")], [at("10.0.0.2"), at("10.0.0.3")], [], ["addresses"]),
        ([at("10.0.0.1"), at("10.0.0.2")], [at("10.0.0.1")], [], ["addresses"]),
        ([at("10.0.0.1"), at("10.0.0.2")], [at("10.0.0.1"), at("10.0.0.2", REFUSING)], ["closed"], ["closed"]),
        ([at("10.0.0.1")], [at("10.0.0.9", REFUSING)], ["closed"], ["closed"]),
        ([at("10.0.0.1"), at("10.0.0.2", REFUSING)], [at("10.0.0.1"), at("10.0.0.9", REFUSING)], [], ["addresses"]),
        ([at("10.0.0.1"), at("10.0.0.2", REFUSING)], [at("10.0.0.1")], ["opened"], ["opened"]),
        ([at("10.0.0.1"), at("10.0.0.2", REFUSING)], [at("10.0.0.3", REFUSING)], ["closed"], ["closed", "addresses"]),
        (
            [at("10.0.0.1"), at("10.0.0.2", REFUSING)],
            [at("10.0.0.4", REFUSING), at("10.0.0.3")],
            [],
            ["addresses", "addresses"],
        ),
        ([at("10.0.0.1")], [NOWHERE], ["failed"], ["failed"]),
        ([NOWHERE], [at("10.0.0.1")], ["opened"], ["opened"]),
    ],
)
def test_the_addresses_of_a_name_are_a_set(
    old: list[ReportRow], new: list[ReportRow], kinds: list[str], strictly: list[str]
) -> None:
    assert [str(change.kind) for change in compared(Made(*old), Made(*new)).changes] == kinds
    assert [str(change.kind) for change in compared(Made(*old), Made(*new), strict=True).changes] == strictly


def test_by_address_it_does_not_matter_how_the_host_was_written() -> None:
    assert one(NAMED, ROW, by_address=True) == ([], False)
    assert one(NAMED, ROW) == ([("vanished", ""), ("appeared", "")], True)


def test_the_vantage_pairs_only_where_a_report_holds_several() -> None:
    there = ROW._replace(vantage="there")
    assert one(ROW, there) == ([], False)
    found = compared(Made(ROW), Made(ROW._replace(state="error", reason="EACCES"), there))
    assert [(change.kind, change.vantage) for change in found.changes] == [("failed", "here"), ("appeared", "there")]


@pytest.mark.parametrize(("slower_ms", "is_told"), [(None, False), (19.0, True), (20.0, True), (21.0, False)])
def test_slower_is_told_on_request(slower_ms: float | None, is_told: bool) -> None:
    late = ROW._replace(rtt_ms=21.0, vantage="elsewhere")
    assert one(ROW, late, slower_ms=slower_ms) == ([("slower", "")] if is_told else [], False)
    assert one(ROW, late, slower_ms=slower_ms, strict=True)[1] is is_told
    assert one(ROW, TIMEOUT, slower_ms=1.0) == ([("blocked", "")], True)


def test_a_target_of_two_entries_is_compared_entry_by_entry() -> None:
    both = ROW._replace(expect="open", met=True), ROW._replace(expect="refused", met=False)
    assert told(compared(Made(*both), Made(*both))) == [("same", "still unmet", 22)]
    assert told(compared(Made(*both), Made(*both[::-1]))) == [("same", "still unmet", 22)], "in any order"
    closed = [row._replace(state="refused", met=not row.met) for row in both]
    assert told(compared(Made(*both), Made(*closed))) == [("closed", "regression", 22), ("closed", "fixed", 22)]
    assert told(compared(Made(*both), Made(*closed[::-1]))) == told(compared(Made(*both), Made(*closed)))


MANY = compared(
    Made(*(ROW._replace(port=port, expect="open", met=True) for port in range(1, 9)), REFUSED._replace(port=99)),
    Made(*(TIMEOUT._replace(port=port, expect="open", met=False) for port in range(1, 9)), ROW._replace(port=99)),
)


def test_the_table_joins_ports_that_fared_alike_and_begins_with_what_matters() -> None:
    _, _, _, first, second = table_lines(MANY, Look(width=160))
    assert " ".join(first.split()) == ("regression, blocked db 10.0.0.1:1-8 open → timeout, expected open")
    assert " ".join(second.split()) == "opened db 10.0.0.1:99 refused → open"
    assert summary_line(MANY) == "8 blocked, 1 opened; 8 regressions; 0 the same"


def hosts_told(*rows: ReportRow) -> list[str]:
    """The targets in the table of what these rows are beside an empty report."""
    lines = list(table_lines(compared(Made(), Made(*rows)), Look(width=160)))[3:]
    return [re.split("  +", line)[2] for line in lines]


@pytest.mark.parametrize(
    ("options", "doubt", "why"),
    [
        ({}, "", ", but too few are"),
        ({"command": "scan"}, "lossy", ", but too few are"),
        ({"command": "scan", "strict": True}, "lossy", " beyond doubt"),
    ],
)
def test_what_is_as_expected_and_not_met_says_why(options: dict[str, Any], doubt: str, why: str) -> None:
    met, unmet = (ROW._replace(expect="open", met=met, doubt=doubt) for met in (True, False))
    found = compared(Made(met), Made(unmet, scan={"options": options}))
    assert list(table_lines(found, Look(width=160)))[-1].endswith(f"expected open{why}")


def test_neighbours_that_fared_alike_are_a_line() -> None:
    at = [ROW._replace(host=host, address=host) for host in ("10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.2")]
    assert hosts_told(*at) == ["10.0.0.254-10.0.1.0:22", "10.0.1.2:22"]
    assert hosts_told(*at[:2], at[1]._replace(port=80)) == ["10.0.0.254:22", "10.0.0.255:22,80"]
    assert hosts_told(at[0], at[1]._replace(state="refused", reason="conn-refused")) == [
        "10.0.0.254:22",
        "10.0.0.255:22",
    ]
    six = [ROW._replace(host=f"2001:db8::{n}", address=f"2001:db8::{n}") for n in (1, 2)]
    assert hosts_told(*six) == ["[2001:db8::1-2001:db8::2]:22"]
    names = [ROW._replace(host=f"web{n}", address=f"10.0.0.{n}") for n in (1, 2)]
    assert hosts_told(*names) == ["web1:22 (10.0.0.1)", "web2:22 (10.0.0.2)"]
    links = [ROW._replace(host=f"fe80::{n}%eth0", address=f"fe80::{n}%eth0") for n in (1, 2)]
    assert hosts_told(*links) == ["[fe80::1%eth0]:22", "[fe80::2%eth0]:22"]


def test_programs_get_every_target() -> None:
    head, *rows = "".join(csv_pieces(MANY)).splitlines()
    assert head.startswith("change,standing,vantage,name,host,address,port,old_state,")
    assert [row.split(",")[:2] for row in rows] == [["blocked", "regression"]] * 8 + [["opened", ""]]
    document = json.loads("".join(json_pieces(MANY)))
    assert (document["schema"], document["differs"], len(document["changes"])) == ("scanner-diff/1", True, 9)
    first = document["changes"][0]
    assert (first["old_state"], first["new_state"], first["new_met"]) == ("open", "timeout", False)
    assert document["counts"] == {"blocked": 8, "regression": 8, "opened": 1, "same": 0}


def test_markdown_has_a_bound_and_stays_a_block() -> None:
    text = "".join(markdown_pieces(compared(Made(ROW._replace(name="```\n# x")), Made())))
    assert text.count("```") == 2
    assert "\n# x" not in text
    many = [ROW._replace(host=f"10.{n >> 8}.{n & 255}.1", address="", name="n" * 90) for n in range(9000)]
    text = "".join(markdown_pieces(compared(Made(*many), Made())))
    assert len(text.encode()) < 2**20
    assert " lines more" in text


def test_fields_that_are_not_there_are_said_not_to_be_compared() -> None:
    few = Made(ROW, fields=("host", "port", "state"))
    assert compared(few, Made(ROW)).not_compared == [f for f in FIELDS if f not in ("host", "port", "state")]
    assert json.loads("".join(json_pieces(compared(Made(ROW), Made(ROW)))))["not_compared"] == []
    of_addresses = Made(ROW, fields=("address", "port", "state", "met"))
    told = compared(few, of_addresses).not_compared
    assert {"host", "address"}.isdisjoint(told), "the one's hosts are the other's addresses"
    assert {"expect", "met"} <= set(told)


def test_nothing_at_all() -> None:
    found = compared(Made(), Made())
    assert (found.changes, found.differs, summary_line(found)) == ([], False, "nothing moved; 0 the same")


UNMET = ROW._replace(port=23, expect="refused", met=False)


@pytest.mark.parametrize(
    ("only", "kind"),
    [("unmet", "appeared"), ("open", "appeared"), ("refused,open", "appeared"), ("refused", "not scanned"),
     ("blocked", "not scanned"), ("new words", "not scanned")],
)  # fmt: skip
def test_what_the_old_report_would_have_shown_is_new(only: str, kind: str) -> None:
    """Else whoever keeps `--only unmet` of every night would not hear of a new failure."""
    found = compared(left_out(options={"only": only}), Made(ROW, UNMET))
    assert told(found) == [(kind, "", 23)]
    assert found.differs is (kind == "appeared")


def test_what_the_new_report_would_have_shown_is_not_gone_for_certain() -> None:
    found = compared(Made(ROW, UNMET), left_out(options={"only": "unmet"}))
    assert told(found) == [("not scanned", "", 23)]
