"""A scan of loopback, by its turns: what it hands out, how it ends, and what it tells."""

import socket

import pytest

from scanner.api.plans import plan_of_hosts
from scanner.api.scans import prepared
from scanner.api.wanted import Wanted
from scanner.errors import UsageError
from scanner.model import Endpoint, Place, Request, Result, State
from scanner.scanning import flow_tables
from scanner.scanning.options import ScanOptions
from scanner.scanning.scan import Scan, local_scan
from tests.engine.listeners import listener, refused_port
from tests.scanning.plans import ListFeed, ListPlan

LOOPBACK = Place("127.0.0.1", int(socket.AF_INET))


def endpoint(port: int, request: Request) -> Endpoint:
    return Endpoint(LOOPBACK, port, (request,))


def rows_of(scan: Scan) -> list[Result]:
    return [row for rows in scan.batches() for row in rows]


def test_every_target_is_a_row_and_the_scan_is_complete() -> None:
    with listener() as opened, refused_port() as refused:
        feed = ListFeed([endpoint(port, Request(expect="open")) for port in (opened, refused)])
        scan = local_scan(ListPlan(feed, expecting=True))
        assert not scan.complete
        found = {row.port: (row.state, row.met) for row in rows_of(scan)}
    assert found == {opened: (State.OPEN, True), refused: (State.REFUSED, False)}
    assert scan.complete
    assert (scan.attempts, scan.total) == (2, 2)
    assert feed.stopped


def test_without_an_expectation_anywhere_nothing_is_met() -> None:
    with refused_port() as port:
        (row,) = rows_of(local_scan(ListPlan(ListFeed([endpoint(port, Request(expect="open"))]), expecting=False)))
    assert row.met is None


def test_a_canary_tells_before_its_host_has_a_row() -> None:
    """Nobody listens on two random high ports: the open one is what it seems, and the canaries have no row."""
    with listener() as port:
        scan = local_scan(ListPlan(ListFeed([endpoint(port, Request())])), ScanOptions(canary=True))
        rows = rows_of(scan)
    assert [(row.port, row.doubt) for row in rows] == [(port, "")]
    assert scan.attempts == 3


def test_where_it_fails_every_row_that_is_kept_comes_before_the_error() -> None:
    """One that waits for a better address of its name, and one that joins late."""
    with refused_port() as port:
        feed = ListFeed([endpoint(port, Request(expect="open", one=True))], fails=ValueError("no more"))
        feed.pending = feed.copies = True
        scan = local_scan(ListPlan(feed, expecting=True))
        found: list[Result] = []
        with pytest.raises(ValueError, match="no more"):
            found.extend(row for rows in scan.batches() for row in rows)
    assert [(row.port, row.met) for row in found] == [(port, None)] * 2
    assert not scan.complete
    assert feed.stopped


def test_a_scan_that_is_stopped_is_not_complete() -> None:
    with refused_port() as port:
        scan = local_scan(ListPlan(ListFeed([endpoint(port, Request())])))
        scan.stop()
        assert rows_of(scan) == []
    assert not scan.complete


def test_names_that_lead_to_excluded_addresses_only_are_no_success() -> None:
    with pytest.raises(UsageError, match="nothing left to probe"):
        rows_of(local_scan(ListPlan(ListFeed([]))))


@pytest.mark.parametrize(("afar", "told"), [(1, 1), (0, 0)])
def test_what_it_does_to_flow_tables_is_told_of_targets_that_leave_this_host(
    afar: int, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_tables, "FITS", -1)
    with refused_port() as port:
        feed = ListFeed([endpoint(port, Request())])
        feed.warnings.append("of the names")
        scan = local_scan(ListPlan(feed, afar=afar), slowly=7.0)
        rows_of(scan)
    assert len(scan.advice) == told
    assert scan.warnings == ["of the names", *scan.advice]


def test_what_was_skipped_is_told_with_the_evidence() -> None:
    with refused_port() as port:
        feed = ListFeed([endpoint(port, Request())])
        feed.skipped, feed.skipped_texts = 2, ["2 addresses skipped"]
        scan = local_scan(ListPlan(feed))
        rows_of(scan)
    assert scan.evidence["skipped"] == 2
    assert scan.evidence["timeouts"] == 0
    assert scan.notes() == ["2 addresses skipped"]


def test_a_host_that_is_asked_first_counts_as_one_row_until_it_is_known_and_then_as_all_it_has() -> None:
    wanted = Wanted()
    scan = prepared(plan_of_hosts(["127.0.0.1-3"], "1-30", wanted, discover=True), wanted)
    assert scan.total == 3
    rows = rows_of(scan)
    assert len(rows) == scan.total == 3 * 30
    assert scan.complete
    assert scan.evidence["silent_hosts"] == {"count": 0, "ranges": []}


def test_who_was_not_asked_at_an_early_end_is_told() -> None:
    wanted = Wanted()
    scan = prepared(plan_of_hosts(["127.0.0.1-3"], "1-30", wanted, discover=True), wanted)
    scan.stop()
    assert rows_of(scan) == []
    assert scan.notes() == ["3 hosts not scanned: it is not known whether they answer"]
    assert scan.evidence["silent_hosts"] == {"count": 0, "ranges": []}
