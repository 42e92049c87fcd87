"""Formats by name: the registry, what messages list, and what a report is opened with."""

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model import Request
from scanner.reports import FORMATS, Look, ScanInfo, open_report
from scanner.reports.csv_report import CsvReport
from scanner.reports.db_report import DbReport
from scanner.reports.html.html_report import HtmlReport
from scanner.reports.json_report import JsonlReport, JsonReport
from scanner.reports.junit_report import JunitReport
from scanner.reports.list_report import ListReport
from scanner.reports.nmap_xml import NmapReport
from scanner.reports.output_words import FORMAT_NAMES
from scanner.reports.scan_table import ScanTable
from scanner.reports.sweep_table import SweepTable
from tests.reports.made import result


def test_what_can_be_opened_is_what_can_be_named() -> None:
    assert tuple(FORMATS) == FORMAT_NAMES


@pytest.mark.parametrize(
    ("fmt", "command", "kind"),
    [
        ("csv", "scan", CsvReport), ("json", "sweep", JsonReport), ("jsonl", "scan", JsonlReport),
        ("list", "scan", ListReport),
        ("xml", "scan", NmapReport), ("junit", "sweep", JunitReport),
        ("table", "scan", ScanTable), ("table", "sweep", SweepTable),
        ("db", "scan", DbReport), ("html", "sweep", HtmlReport),
    ],
)  # fmt: skip
def test_each_name_makes_its_report(fmt: str, command: str, kind: type, tmp_path: Path) -> None:
    report = open_report(fmt, str(tmp_path / "out"), command=command)
    assert type(report) is kind
    report.abandon(ScanInfo())


def test_an_unknown_format_touches_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'yaml'; formats: table, csv, json, jsonl, "):
        open_report("yaml", str(tmp_path / "out"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["scan", "sweep"])
def test_a_table_in_a_file_does_not_look_like_the_window(command: str, tmp_path: Path) -> None:
    look = Look(width=20, colour=True, ascii=True)
    report = open_report("table", str(tmp_path / "out"), look=look, command=command)
    report.write([result("10.0.0.1", 22, "timeout", request=Request(expect="open"), rtt_ms=0.1)])
    report.finish(ScanInfo())
    head, row, *_ = (tmp_path / "out").read_text("utf-8").splitlines()
    assert head.endswith("REASON")
    assert row.endswith("no-response, ✗ expected open")
