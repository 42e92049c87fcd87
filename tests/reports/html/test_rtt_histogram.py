"""Round trips in bins: what belongs where, what is told, and how long the bars are."""

import re

from lxml import html

from scanner.reports.html.rtt_histogram import RttHistogram
from tests.reports.made import result


def rows(*found: tuple[str, float | None]) -> list[list[str]]:
    """The rows of the table as texts: the bin, then a number for each state."""
    histogram = RttHistogram()
    histogram.add([result("10.0.0.1", 22, state, rtt_ms=rtt) for state, rtt in found])
    table = html.fragment_fromstring(histogram.table())
    return [[each.text_content() for each in row.xpath("th | td[@class='number']")] for row in table.xpath(".//tr")]


def test_nothing_answered() -> None:
    histogram = RttHistogram()
    histogram.add([result("10.0.0.1", 22, "timeout"), result("10.0.0.1", 22, "open")])
    assert histogram.table() == ""


def test_bins_from_the_first_to_the_last_with_those_between() -> None:
    assert rows(("open", 0.5), ("open", 0.99), ("refused", 0.499), ("open", 2.0), ("timeout", None)) == [
        ["round trip", "open", "refused"],
        ["0.2 to 0.5 ms", "", "1"],
        ["0.5 to 1 ms", "2", ""],
        ["1 to 2 ms", "", ""],
        ["2 to 5 ms", "1", ""],
    ]


def test_the_ends() -> None:
    names = [row[0] for row in rows(("open", 0.0), ("open", 99_999.0))]
    assert names[1:3] == ["under 0.01 ms", "0.01 to 0.02 ms"]
    assert names[-5:] == ["500 ms to 1 s", "1 s to 2 s", "2 s to 5 s", "5 s to 10 s", "over 10 s"]


def test_a_state_without_answers_has_no_column() -> None:
    assert rows(("refused", 0.3)) == [["round trip", "refused"], ["0.2 to 0.5 ms", "1"]]


def test_bars_are_as_long_as_they_should_be_and_never_nothing_for_something() -> None:
    histogram = RttHistogram()
    histogram.add([result("10.0.0.1", 22, "open", rtt_ms=rtt) for rtt in [0.3] * 1000 + [0.6] * 500 + [1.5]])
    assert re.findall(r'width="(\d+)"', histogram.table()) == ["200", "100", "1"]
