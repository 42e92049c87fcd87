"""What a report is told at its end, and that a streamed one ends exactly once."""

import io

from scanner.model import State
from scanner.reports import ScanInfo
from scanner.reports.report import Streamed
from tests.reports.made import Sunk, result


def test_the_keys_of_the_scan_part_and_their_order() -> None:
    told = ScanInfo(counts={State.OPEN: 1}, elapsed_s=1.23456, extra={"timeouts": 2, "counts": "never ours"}).as_dict()
    ours = ["started", "finished", "elapsed_s", "vantage", "options", "counts", "complete", "warnings"]
    assert list(told) == [*ours, "timeouts"]
    assert told["counts"] == {"open": 1}
    assert type(next(iter(told["counts"]))) is str
    assert told["elapsed_s"] == 1.235
    assert told["vantage"] is None


def test_it_is_a_copy_of_what_it_was_given() -> None:
    warnings = ["one"]
    info = ScanInfo(warnings=warnings)
    warnings.append("two")
    assert info.warnings == ["one"]


def test_a_report_that_could_not_be_written_speaks_of_a_scan_that_is_not_complete() -> None:
    info = ScanInfo(warnings=["one"])
    info.cut_short("No space left on device")
    told = info.as_dict()
    assert (told["complete"], told["warnings"]) == (False, ["one", "No space left on device"])


class Plain(Streamed):
    def head(self) -> str:
        return "head\n"

    def rows(self, results: list) -> str:  # type: ignore[type-arg]
        assert results, "never asked for an empty batch"
        return f"{len(results)} rows\n"

    def end(self, info: ScanInfo, complete: bool) -> str:
        return f"end {complete}\n"


def test_head_rows_and_one_end() -> None:
    for ending, said in (("finish", "end True\n"), ("abandon", "end False\n")):
        sink = io.BytesIO()
        report = Plain(Sunk(sink))
        report.write([])
        report.write([result("10.0.0.1", 1, "open")] * 2)
        assert sink.getvalue() == b"head\n2 rows\n", "both are out before the end"
        getattr(report, ending)(ScanInfo())
        report.finish(ScanInfo())
        report.abandon(ScanInfo())
        assert sink.getvalue().decode() == f"head\n2 rows\n{said}"


def test_a_scan_that_is_not_complete_says_so_even_when_finished() -> None:
    sink = io.BytesIO()
    Plain(Sunk(sink)).finish(ScanInfo(complete=False))
    assert sink.getvalue().endswith(b"end False\n")
