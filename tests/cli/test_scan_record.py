"""What reports are told of a scan on its way: counts of all rows, what was chosen, and the scan's own evidence."""

import pytest

from scanner.cli import scan_record
from scanner.cli.scan_record import ScanRecord
from scanner.model import Request
from tests.cli.made import NOTHING_CHOSEN, Explained, FakeScan, only
from tests.reports.made import result


def test_what_it_tells_as_of_now() -> None:
    scan = FakeScan()
    record = ScanRecord(scan.as_scan(), NOTHING_CHOSEN, "dmz", None)
    record.add([result("10.0.0.1", port, state) for port, state in ((1, "open"), (2, "refused"), (3, "open"))])
    scan.warnings.append("slow")
    told = record.info().as_dict()
    assert (told["vantage"], told["complete"], told["warnings"]) == ("dmz", False, ["slow"])
    assert (told["counts"]["open"], told["counts"]["refused"]) == (2, 1)
    assert record.info().expectations == {True: 0, False: 0}
    assert told["options"] == {"command": "scan", "targets": ["x:1"]}
    assert told["timeouts"] == 0
    assert told["started"] <= told["finished"]
    assert "explain" not in told
    scan.complete = True
    assert record.info().complete


@pytest.mark.parametrize(
    ("words", "hides"), [((), False), (("open",), True), (("open", "error"), False), (("unmet",), False)]
)
def test_whether_rows_in_error_are_left_out_of_all_reports(words: tuple[str, ...], hides: bool) -> None:
    assert ScanRecord(FakeScan().as_scan(), only(*words), "dmz", None).hides_errors is hides


def test_it_counts_what_is_as_expected() -> None:
    record = ScanRecord(FakeScan().as_scan(), NOTHING_CHOSEN, "dmz", None)
    wanted = Request(expect="open")
    record.add([result("10.0.0.1", port, state, request=wanted) for port, state in ((1, "open"), (2, "refused"))])
    record.add([result("10.0.0.1", 3, "refused", request=wanted), result("10.0.0.1", 4, "open")])
    assert record.info().expectations == {True: 1, False: 2}


def test_explanations_get_the_rows_and_are_told() -> None:
    explained = Explained()
    record = ScanRecord(FakeScan().as_scan(), NOTHING_CHOSEN, "", explained.as_explanation())
    rows = [result("10.0.0.1", 1, "timeout")]
    record.add(rows)
    assert explained.taken == rows
    assert record.info().as_dict()["explain"]["traced"] == 1


def test_probing_has_a_time_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(scan_record, "monotonic", lambda: now[0])
    record = ScanRecord(FakeScan().as_scan(), NOTHING_CHOSEN, "", None)
    now[0] += 2
    record.probed()
    now[0] += 3
    assert (record.probing_s, record.info().elapsed_s) == (2.0, 5.0)
