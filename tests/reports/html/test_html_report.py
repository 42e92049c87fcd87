"""The page as another reader of HTML sees it: text stays text, all fields are data, nothing is left out unsaid."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import ReportError
from scanner.model import Request, Result, State
from scanner.reports import Look, ScanInfo, make_report
from scanner.reports.html.page_rows import PageRows
from tests.reports.html.paged import EVIL, EVIL_SHOWN, as_bag, fields_of, paged, scripts, written
from tests.reports.made import FullDisk, Sunk, place, result, results

WEB = Request("web.example.net", name="web tier", expect="open", tags=("prod", "t-1"), vantage="box")
OLD = Request(name="old", expect="blocked", order=1, vantage="box")


def scanned() -> list[Result]:
    web = place("10.0.0.5", 3, source="10.9.0.2")
    return [
        result(web, 443, "open", request=WEB, rtt_ms=0.4126),
        result(web, 22, "unreachable", "admin-prohibited", WEB, icmp_from="10.1.0.1", attempts=2, lost_syns=1),
        *(result(f"10.0.1.{host}", 80, "timeout", request=OLD, doubt="lossy") for host in (2, 1, 7)),
        result("10.0.2.9", 80, "unreachable", "host-prohibited", OLD, icmp_from="10.0.2.9"),
        result("", 25, "error", "no-address", Request("nosuch.example", expect="open", order=2)),
    ]


INFO = ScanInfo(
    started="2026-01-02T03:04:05.678Z", finished="2026-01-02T03:04:07.000Z", elapsed_s=1.322, vantage="box", rules=4,
    options={"command": "scan", "targets": ["rules.yaml"], "timeout": 2.0}, warnings=["<b>slow</b>"],
    extra={
        "silent_hosts": {"count": 2, "ranges": ["10.0.0.8-9"]},
        "explain": {
            "groups": [
                {"targets": 3, "traced": 3, "state": "timeout", "reason": "no-response", "at": "hop",
                 "address": "10.1.0.1", "hop": 2}
            ],
            "witnesses": [{"witness": "no-neighbour", "address": "10.0.1.7"}],
        },
    },
)  # fmt: skip


def test_the_head_says_what_was_scanned_and_how_it_came_out(tmp_path: Path) -> None:
    page = paged(written(tmp_path / "a.html", *scanned(), info=INFO))
    assert page.headline == "5 of 7 targets as expected, 2 not"
    assert page.texts("//title") == ["rules.yaml, 2026-01-02 03:04 UTC: 5 of 7 targets as expected, 2 not"]
    assert page.facts() == {
        "List": "rules.yaml",
        "Probed from": "box",
        "Started": "2026-01-02 03:04:05 UTC",
        "Finished": "2026-01-02 03:04:07 UTC",
        "Took": "1.3 s",
        "Complete": "yes, 7 targets",
        "Expectations": "5 met, 2 not met",
        "Rules": "4 rules: 1 as expected, 2 not, 1 without a target left (excludes, -4, -6)",
    }
    assert page.texts("//ul[@class='tiles']/li") == ["O1 open", "T3 timeout", "U2 unreachable", "E1 error"]
    assert page.texts("//ul[@class='notes']/li") == [
        "warning: <b>slow</b>",
        "in doubt: 3 verdicts, lossy: packets were being lost on the way",
        "2 silent hosts passed over: 10.0.0.8-9",
    ]
    assert page.texts("//h2 | //ul[@class='stops']/li")[:4] == [
        "Where it stops", "3 targets: silent after 10.1.0.1 (hop 2)",
        "Silent targets", "10.0.1.7 no neighbour with that address",
    ]  # fmt: skip
    assert page.texts("//details[1]//dd")[:2] == ["scan", "2.0"]


def test_of_several_vantages_all_are_named(tmp_path: Path) -> None:
    rows = [result("10.0.0.1", 22, "open", request=Request(vantage=vantage)) for vantage in ("west", "east", "")]
    info = ScanInfo(extra={"sources": [{"vantage": "north"}, {"vantage": None}, 5]})
    assert paged(written(tmp_path / "a.html", *rows, info=info)).facts()["Probed from"] == "east, north, west"
    rows = [result("10.0.0.1", 22, "open", request=Request(vantage=f"v{number}")) for number in range(10, 99)]
    assert paged(written(tmp_path / "b.html", *rows)).facts()["Probed from"].endswith(", v29 and others")


def test_a_scan_that_was_stopped_says_how_far_it_came(tmp_path: Path) -> None:
    page = paged(written(tmp_path / "a.html", *scanned(), info=ScanInfo(complete=False, total=9)))
    assert page.headline == "Incomplete: 5 of 7 targets as expected, 2 not"
    assert "Rules" not in page.facts()
    assert page.facts()["Complete"] == "no, stopped after 7 of 9 targets; what was not probed is not counted"


def test_chosen_rows_do_not_hide_what_the_scan_found(tmp_path: Path) -> None:
    info = ScanInfo(counts={"open": 5, "timeout": 2}, expectations={True: 6, False: 1}, options={"only": "unmet"})
    page = paged(written(tmp_path / "a.html", scanned()[1], info=info))
    assert page.headline == "6 of 7 targets as expected, 1 not"
    assert page.facts()["Listed here"] == "only unmet"
    assert "Rules" not in page.facts()


@pytest.mark.parametrize(
    ("info", "empty", "of_what"),
    [
        (ScanInfo(), "not probed", ""),
        (ScanInfo(options={"only": "unmet"}), "not listed here", " of the rows listed"),
        (ScanInfo(options={"discover": True}), "not listed here", ""),
        (ScanInfo(extra={"silent_hosts": {"count": 1, "ranges": ["10.0.0.8"]}}), "not listed here", ""),
        (ScanInfo(says_complete=False), "not listed here", ""),
    ],
)
def test_that_a_target_was_not_probed_is_said_only_where_it_is_known(
    info: ScanInfo, empty: str, of_what: str, tmp_path: Path
) -> None:
    rows = [result("10.0.0.1", 22, "open", rtt_ms=1.0), result("10.0.0.2", 80, "refused")]
    page = paged(written(tmp_path / "a.html", *rows, info=info))
    assert page.tree.xpath("//td[@class='none']/@title")[0] == f"10.0.0.1, port 80: {empty}"
    assert page.texts("//ul[@class='legend']/li")[-1] == f"·{empty}"
    assert page.texts("//h2[@id='map-title']") == [f"Hosts and ports{of_what}"]
    assert page.texts("//caption") == [f"Answers{of_what} by their round trip"]


def test_whether_all_was_scanned_is_not_guessed(tmp_path: Path) -> None:
    page = paged(written(tmp_path / "a.html", *scanned(), info=ScanInfo(says_complete=False)))
    assert page.facts()["Complete"] == "not known, for what this page was made from does not say; 7 targets"
    page = paged(written(tmp_path / "b.html", *scanned(), info=ScanInfo(says_complete=False, complete=False)))
    assert page.facts()["Complete"].startswith("no, stopped after 7 targets")
    page = paged(written(tmp_path / "c.html", *scanned(), info=ScanInfo(options={"only": "unmet"})))
    assert page.facts()["Complete"] == "yes, 7 targets listed here"


def test_without_a_script_there_is_what_needs_attention(tmp_path: Path) -> None:
    page = paged(written(tmp_path / "a.html", *scanned(), info=INFO))
    assert page.texts("//div[@id='lists']//*[self::h2 or self::h3]") == [
        "Not as expected: 2 targets",
        "Blocked: 4 targets",
        "timeout, no-response: 3 targets",
        "unreachable, host-prohibited by the host itself: 1 target",
        "Open: 1 target",
        "open, syn-ack: 1 target",
    ]
    unmet, error, *blocked, opened = page.listed()
    assert (opened["host"], opened["ports"]) == ("web.example.net", "443")
    assert [row["host"] for row in blocked] == ["10.0.1.1 to 10.0.1.2", "10.0.1.7", "10.0.2.9"]
    assert unmet == {
        "host": "web.example.net", "address": "10.0.0.5", "ports": "22", "state": "unreachable", "expected": "open",
        "reason": "admin-prohibited", "ICMP from": "10.1.0.1", "name": "web tier", "tags": "prod t-1",
        "vantage": "box",
    }  # fmt: skip
    assert error["reason"] == "no-address"
    assert "needs JavaScript" in page.texts("//noscript")[0]
    assert page.tree.xpath("//section[@id='rows']/@hidden")


def test_what_was_expected_comes_before_the_overviews_and_else_after_them(tmp_path: Path) -> None:
    def first_id(*rows: Result) -> str:
        tree = paged(written(tmp_path / "a.html", *rows)).tree
        return str(tree.xpath("//table[@id='map' or @id='table']/@id")[0])

    assert first_id(*scanned()) == "table"
    assert first_id(result("10.0.0.1", 22, "open")) == "map"


def test_the_same_scan_makes_the_same_page(tmp_path: Path) -> None:
    assert written(tmp_path / "a.html", *scanned(), info=INFO) == written(tmp_path / "b.html", *scanned(), info=INFO)


def test_a_page_without_rows(tmp_path: Path) -> None:
    page = paged(written(tmp_path / "a.html"))
    assert (page.headline, page.rows) == ("No targets", [])


def test_hostile_text_is_text_wherever_it_stands(tmp_path: Path) -> None:
    request = Request(EVIL, name=EVIL, expect=EVIL, tags=(EVIL,), vantage=EVIL)
    rows = [
        Result(place(EVIL, source=EVIL), 22, request, state, EVIL, EVIL, None, 1, EVIL, EVIL, met)
        for state in State
        for met in (None, False)
    ]
    info = ScanInfo(
        started=EVIL, finished=EVIL, vantage=EVIL, warnings=[EVIL], options={"targets": [EVIL], EVIL: EVIL},
        extra={"version": EVIL},
    )  # fmt: skip
    text = written(tmp_path / "a.html", *rows, info=info)
    page = paged(text)
    assert as_bag(page.rows) == as_bag(list(map(fields_of, rows)))
    assert EVIL_SHOWN in page.facts()["Probed from"]
    assert page.texts("//ul[@class='notes']/li")[0] == f"warning: {EVIL_SHOWN}"
    assert page.listed()[0]["name"] == EVIL_SHOWN
    assert not [char for char in text if not char.isprintable() and char != "\n"]


@settings(max_examples=60)
@given(st.lists(results(), max_size=9))
def test_every_row_is_read_back(rows: list[Result]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = paged(written(Path(folder, "a.html"), *rows))
    assert as_bag(page.rows) == as_bag(list(map(fields_of, rows)))


@pytest.mark.parametrize("room", [0, 50, 600, 9_000, 45_000])
def test_a_full_disk_leaves_what_can_be_read(room: int) -> None:
    sink = FullDisk(room)
    outlet = Sunk(sink)
    report = make_report("html", outlet, "a.html", look=Look(), command="scan")
    report.write(scanned())
    with pytest.raises(ReportError):
        report.finish(INFO)
    report.abandon(INFO)
    assert outlet.ended


def test_what_the_page_runs_is_ours_and_strict() -> None:
    """No script makes markup of text, or asks for anything: what would do that is in none of them."""
    words = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "import ", "http")
    assert len(scripts()) > 5
    for path in scripts():
        text = path.read_text("utf-8")
        assert [word for word in words if word in text] == [], path.name
        assert text.startswith(("// ", '"use strict";\n'))
        assert max(map(len, text.splitlines())) <= 120, path.name


def test_rows_without_a_place_are_told_above_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.reports.html.html_report.PageRows", lambda: PageRows(2))
    rows = [*scanned(), *(result("10.0.0.9", port, "refused") for port in range(1, 1001))]
    page = paged(written(tmp_path / "a.html", *rows))
    assert page.texts("//p[@class='left']") == [
        "This page lists 2 rows, as many as a browser handles well. Not among them: 1 open, 1,000 refused, 3 timeout, "
        "1 unreachable. A CSV or JSON report has every row."
    ]
    assert {row["met"] for row in page.rows} == {False}
    assert page.data["left"] == {"open": 1, "refused": 1000, "timeout": 3, "unreachable": 1}
    assert page.headline.startswith("5 of 7 targets as expected")
    assert "The table of all 2 rows" not in page.texts("//noscript")[0]
