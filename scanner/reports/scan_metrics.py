"""What a Prometheus report says of the whole scan: when it was, whether it was whole, how many rows of which kind.

These have no target to tell them apart, and a folder may hold the files of several nightly scans. So each has the label
`report`, the name of its file: no two files of a folder share that.
"""

import os.path
from collections.abc import Iterator
from datetime import datetime

from scanner.reports.exposition import family, label_value, labels
from scanner.reports.report import ScanInfo


def scan_metrics(info: ScanInfo, path: str, *, complete: bool) -> str:
    """The metrics as text. `path` is where the report is written, `complete` whether it has all that it should."""
    return "".join(_families(info, f"report={label_value(os.path.basename(path))}", complete))


def _families(info: ScanInfo, report: str, complete: bool) -> Iterator[str]:
    command = str(info.options.get("command", ""))
    about = labels(command=command, vantage=info.vantage, **({"shard": info.shard} if info.shard else {}))
    yield from family(
        "scanner_scan_info", "What was run, and from where.", [[f"scanner_scan_info{{{report},{about}}} 1\n"]]
    )
    yield from _one("scanner_scan_complete", "Whether the scan reached every target.", report, int(complete))
    yield from _one("scanner_scan_started_timestamp_seconds", "When the scan began.", report, _seconds(info.started))
    yield from _one("scanner_scan_finished_timestamp_seconds", "When it ended.", report, _seconds(info.finished))
    yield from _one("scanner_scan_duration_seconds", "How long it took.", report, f"{info.elapsed_s:.3f}")
    yield from _one("scanner_scan_warnings", "How many warnings it gave.", report, len(info.warnings))
    yield from family(
        "scanner_scan_rows",
        "How many rows the scan has, by state, whether or not they are in this file.",
        [
            [
                f"scanner_scan_rows{{{report},state={label_value(state)}}} {count}\n"
                for state, count in info.counts.items()
            ]
        ],
    )
    yield from family(
        "scanner_scan_expectations",
        "How many rows of the scan have an expectation, by whether it is met.",
        [
            [
                f'scanner_scan_expectations{{{report},met="{str(met).lower()}"}} {count}\n'
                for met, count in info.expectations.items()
            ]
        ],
    )


def _one(name: str, meaning: str, report: str, value: object) -> Iterator[str]:
    """A metric with one sample, or none where the value is None."""
    return family(name, meaning, [] if value is None else [[f"{name}{{{report}}} {value}\n"]])


def _seconds(time: str | None) -> str | None:
    """An ISO 8601 time as seconds since the epoch."""
    return f"{datetime.fromisoformat(time).timestamp():.3f}" if time else None
