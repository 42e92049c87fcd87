"""The table of rows and the overview as seen: what is in view, what is framed, what is said where nothing is."""

from pathlib import Path

import pytest

from scanner.model import Request
from scanner.reports import ScanInfo
from scanner.reports.html.page_rows import PageRows
from tests.browser.browser import ENTER, ESCAPE, Browser
from tests.browser.pages import write_page
from tests.reports.made import result

pytestmark = [pytest.mark.lab, pytest.mark.slow]
#: How far the end of the details is below the window's.
_BELOW = "document.getElementById('details').getBoundingClientRect().bottom - innerHeight"


def test_the_fields_of_a_row_come_into_view(chromium: Browser, rules_page: Path) -> None:
    for key in (False, True):
        chromium.open(rules_page)
        chromium.run("document.getElementById('rows').style.paddingTop = '50vh'; scrollTo(0, 0)")
        if key:
            chromium.run("document.querySelector('#table tr[tabindex=\"0\"]').focus()")
            chromium.run("scrollTo(0, 0)")
            chromium.type(ENTER)
        else:
            chromium.run("document.querySelector('#table tr[data-index]').click()")
        assert not chromium.value("document.getElementById('details').hidden")
        assert chromium.value(_BELOW) < 1


def test_a_cell_with_something_unexpected_is_framed(chromium: Browser, tmp_path: Path) -> None:
    shut = Request(expect="open")
    hosts = [f"10.0.{number // 100}.{number % 100}" for number in range(200)]
    rows = [result(host, 22, "open" if number % 2 else "timeout", request=shut) for number, host in enumerate(hosts)]
    rows += [result(host, 80, "open", request=Request(expect="blocked")) for host in hosts]
    # Hosts that differ from each other, so that they share rows by network.
    rows += [result(host, 1000 + number % 60, "open") for number, host in enumerate(hosts)]
    chromium.open(write_page(tmp_path / "mixed.html", rows))
    for kind in ("mixed", "open"):
        pixels = chromium.picture(f"#map td.{kind}.unmet").rows
        middle = pixels[len(pixels) // 2]
        assert middle[1] == middle[-2] == (179, 38, 30), kind


def test_what_is_not_listed_is_said_where_a_cell_is_chosen(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.reports.html.html_report.PageRows", lambda: PageRows(110))
    rows = [result(f"10.0.0.{host}", port, "timeout") for host in range(1, 11) for port in range(1, 11)]
    rows += [result(f"10.0.0.{host}", 80, "refused") for host in range(1, 100)]
    chromium.open(write_page(tmp_path / "left.html", rows))
    assert chromium.shown_count() == "110 listed targets; 89 more were left out"
    assert chromium.filter_for("port:3") == "10 of 110 listed targets; 89 more were left out"
    chromium.filter_for("")
    cells = "[...document.querySelectorAll('#map td')]"
    chromium.run(f"{cells}.find((cell) => cell.title.endsWith('89 refused')).click()")
    assert chromium.shown_count() == "0 of 110 listed targets; 89 of this cell were left out"
    assert chromium.shown_rows() == []
    assert chromium.ask("text").count("No listed target matches.") == 1
    chromium.click("#place")
    assert "No listed target" not in chromium.ask("text")
    chromium.click("#map td.timeout")
    assert chromium.shown_count() == "10 of 110 listed targets"


def test_a_filter_that_matches_nothing_says_so(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    said = "No listed target matches."
    assert said not in chromium.ask("text")
    chromium.filter_for("nowhere")
    assert said in chromium.ask("text")
    assert not chromium.value("document.getElementById('table').checkVisibility()")
    chromium.filter_for("")
    assert said not in chromium.ask("text")
    assert chromium.value("document.getElementById('table').checkVisibility()")


def test_where_nothing_is_listed_there_is_nothing_to_choose(chromium: Browser, tmp_path: Path) -> None:
    for info in (ScanInfo(), ScanInfo(counts={"refused": 256}, options={"only": "open"})):
        page = write_page(tmp_path / "empty.html", [], info)
        assert "JavaScript" not in page.read_text("utf-8")
        chromium.open(page)
        for medium in ("print", "screen"):
            chromium.ask("pretend", medium, "light")
            said = chromium.value("document.querySelector('main').innerText")
            assert said.endswith("Targets\n\nNo target is listed here.")
        assert chromium.value("document.querySelectorAll('input, table').length") == 0
        chromium.click("#theme")
        chromium.type("/" + ESCAPE)


def test_addresses_are_sorted_by_number(chromium: Browser, tmp_path: Path) -> None:
    hosts = ["fe80::1a", "fe80::2", "10.0.0.10", "10.0.0.9", "2001:db8::a", "2001:db8::10"]
    rows = [result(host, 22, "open") for host in hosts]
    rows += [result(f"10.0.1.{n}", 22, "open", request=Request(f"web{n}.example.net")) for n in (10, 9)]
    rows.append(result("", 22, "error", "no-address", Request("nosuch.example")))
    chromium.open(write_page(tmp_path / "hosts.html", rows))
    chromium.click("[data-field=host]")
    ascending = [row.split(" | ")[0] for row in chromium.shown_rows()]
    assert ascending == [
        "10.0.0.9", "10.0.0.10", "2001:db8::a", "2001:db8::10", "fe80::2", "fe80::1a",
        "nosuch.example", "web9.example.net", "web10.example.net",
    ]  # fmt: skip
    chromium.click("[data-field=host]")
    assert [row.split(" | ")[0] for row in chromium.shown_rows()] == ascending[::-1]
