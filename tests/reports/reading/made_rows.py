"""Rows as a report may have them, with hostile text wherever a user or another host chose the words."""

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from scanner.model import EXPECTATIONS, Doubt, Result, State
from scanner.reports import ScanInfo
from scanner.reports.reading import ReportRow, StoredResults, open_stored
from tests.reports.made import hostile, opened

addresses = st.one_of(
    st.just(""), st.ip_addresses(v=4, network="10.0.0.0/8").map(str), st.ip_addresses(v=6, network="fd00::/8").map(str),
    st.just("fe80::1%eth0"),
)  # fmt: skip
times = (
    st.datetimes().map(lambda when: when.strftime("%Y-%m-%dT%H:%M:%S.") + "123Z").filter(lambda text: len(text) == 24)
)
words = hostile.filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))
tags = words.map(lambda text: text.replace(";", "")).filter(bool)

#: What the reports' writers may be given, and give back as it was.
rows = st.builds(
    ReportRow,
    name=words,
    host=words.filter(bool),
    address=addresses,
    port=st.integers(1, 65535),
    service=st.just(""),
    state=st.sampled_from([state.value for state in State]),
    reason=words,
    icmp_from=words,
    rtt_ms=st.none() | st.integers(0, 10**7).map(lambda number: number / 1000),
    attempts=st.integers(0, 20),
    expect=st.sampled_from(["", *EXPECTATIONS]),
    met=st.sampled_from([None, True, False]),
    tags=st.lists(tags, max_size=3).map(tuple),
    vantage=words,
    time=st.just("") | times,
    source=addresses,
    doubt=st.sampled_from(["", *(doubt.value for doubt in Doubt)]),
    lost_syns=st.integers(0, 9),
    group=st.just(""),
)


def results_of(made: list[ReportRow], **known: Any) -> list[Result]:
    return StoredResults(**known).of(made)


def read_back(path: Path) -> list[ReportRow]:
    return [row for batch in open_stored(str(path)).rows() for row in batch]


def stored(fmt: str, folder: Path, made: list[ReportRow], info: ScanInfo | None = None) -> Path:
    """A report of these rows, written as a scan would."""
    path = folder / f"report.{fmt}"
    report, _ = opened(fmt, path)
    report.write(results_of(made))
    report.finish(info or ScanInfo())
    return path


def without_service(made: list[ReportRow]) -> list[ReportRow]:
    """The rows but for the port's name, which a report adds."""
    return [row._replace(service="") for row in made]
