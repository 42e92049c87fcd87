"""The page in a real Chromium: what people see, press and type. Whatever its console says fails the test, so all of it
happens within the page's own policy."""

import re
from pathlib import Path

import pytest

from scanner.model import Request, Result, State
from tests.browser.browser import DOWN, END, ENTER, ESCAPE, HOME, RIGHT, TAB, Browser
from tests.browser.pages import sweep, write_page
from tests.reports.html.paged import EVIL, EVIL_SHOWN
from tests.reports.made import place, result

pytestmark = pytest.mark.lab
#: Each takes a second or more of a browser; the first one shows that there is one.
slow = pytest.mark.slow


def focused(chromium: Browser, attribute: str = "id") -> str:
    return str(chromium.value(f"document.activeElement.getAttribute('{attribute}')"))


def test_hostile_text_is_seen_and_does_nothing(chromium: Browser, tmp_path: Path) -> None:
    request = Request(EVIL, name=EVIL, expect="open", tags=(EVIL,), vantage=EVIL)
    rows = [Result(place(EVIL), 22, request, State.OPEN, EVIL, EVIL, None, 1, EVIL, EVIL, met) for met in (None, False)]
    chromium.open(write_page(tmp_path / "evil.html", rows))
    shown = chromium.shown_rows()
    assert shown[0].startswith("Not as expected: open, </script><script>alert(1)")
    assert EVIL_SHOWN in shown[1]
    assert not re.search("[^ -~✗✓]", "".join(shown))
    assert chromium.value("document.scripts.length") == 3
    assert chromium.value("document.images.length") == 0
    chromium.click("#table tbody tr[data-index]")
    assert EVIL_SHOWN in chromium.value("document.querySelector('#details dl').textContent")


@slow
def test_what_matters_comes_first(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    assert chromium.value("document.title").startswith("rules.yaml, 2026-01-02 03:04 UTC: 20 of 30 targets as expected")
    assert chromium.shown_count() == "50 targets"
    headings = [row for row in chromium.shown_rows() if " | " not in row]
    assert headings == [
        "Not as expected: refused, conn-refused, expected open: 10 targets",
        "Blocked: timeout, no-response: 10 targets",
        "Blocked: unreachable, admin-prohibited by 10.1.0.1: 10 targets",
        "Blocked: unreachable, port-unreach by the host itself: 10 targets",
    ]
    assert chromium.shown_rows()[1].startswith("web tier | 10.0.0.1 | 22 | ssh | Rrefused | conn-refused |")
    assert chromium.value("getComputedStyle(document.getElementById('lists')).display") == "none"


@slow
def test_sorting_with_the_mouse_and_with_keys(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    sort = "document.querySelector('[data-field=rtt_ms]').parentNode.ariaSort"
    assert chromium.value(sort) == "none"
    chromium.click("[data-field=rtt_ms]")
    rows = chromium.shown_rows()
    assert chromium.value(sort) == "ascending"
    assert "| 0.100 |" in rows[0]
    assert not [row for row in rows if " | " not in row]
    assert focused(chromium, "data-field") == "rtt_ms"
    chromium.type(ENTER)
    assert chromium.value(sort) == "descending"
    assert "| 15.000 |" in chromium.shown_rows()[0]
    chromium.run("document.getElementById('table-box').scrollTop = 1e6")
    chromium.settle()
    assert "unreachable" in chromium.shown_rows()[-1]
    chromium.type(ENTER)
    assert chromium.value(sort) == "none"
    assert chromium.shown_rows()[0].startswith("Not as expected")
    chromium.click("[data-field=host]")
    order = [row.split(" | ")[1] for row in chromium.shown_rows()]
    assert order == [f"10.0.0.{number}" for number in range(1, 11) for _ in range(5)][: len(order)]


@slow
def test_rows_are_walked_through_with_keys(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    chromium.run("document.querySelector('#table tr[tabindex=\"0\"]').focus()")
    assert focused(chromium, "data-index") == "1"
    chromium.type(DOWN * 10)
    assert focused(chromium, "data-index") == "12"  # over a heading
    chromium.type(END)
    assert focused(chromium, "data-index") == str(50 + 5 - 1)
    chromium.type(ENTER)
    details = "[...document.querySelectorAll('#details dl div')].map((each) => each.innerText.split('\\n'))"
    found = dict(chromium.value(details))
    assert (found["host"], found["port"], found["state"], found["source"]) == ("10.0.0.10", "443", "open", "10.9.0.2")
    chromium.type(HOME)
    assert focused(chromium, "data-index") == "1"
    assert dict(chromium.value(details))["host"] == "10.0.0.1"
    chromium.type(ESCAPE)
    assert chromium.value("document.getElementById('details').hidden")


@slow
def test_every_field_can_be_a_column(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    chromium.click("#columns summary")
    boxes = "[...document.querySelectorAll('#columns input')]"
    chromium.run(f"{boxes}.filter((box) => !box.checked).forEach((box) => box.click())")
    heads = chromium.value("[...document.querySelectorAll('#table thead button')].map((each) => each.textContent)")
    assert {"Address", "Source", "Tags", "Vantage", "Attempts", "Lost SYNs"} <= set(heads)
    assert "Time" not in heads  # no row has one
    chromium.run(f"{boxes}.forEach((box) => box.labels[0].textContent === 'Host' || box.click())")
    assert chromium.shown_rows()[1] == "10.0.0.1"


@slow
def test_light_and_dark(chromium: Browser, rules_page: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    chromium.open(rules_page)
    light = chromium.value(ground)
    chromium.click("#theme")
    dark = chromium.value(ground)
    assert dark != light
    chromium.open(rules_page, **chromium.stored())
    assert chromium.value(ground) == dark
    assert chromium.value("document.getElementById('theme').textContent") == "Light colours"
    chromium.click("#theme")
    assert chromium.value(ground) == light
    assert chromium.stored() == {"scanner-theme": "light"}
    chromium.open(rules_page)
    chromium.ask("pretend", "screen", "dark")
    assert chromium.value(ground) == dark
    chromium.ask("pretend", "print", "dark")
    assert chromium.value(ground) == light


#: The least contrast of any text with what it stands on (WCAG 2.2, 1.4.3), and of bars (1.4.11), with what it is of.
_CONTRAST = """
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = (colour) => {
  const [red, green, blue] = channels(colour).slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const ratio = (one, other) => {
  const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
};
const ground = (element) => {
  const colour = getComputedStyle(element).backgroundColor;
  return channels(colour)[3] === 0 ? ground(element.parentElement) : colour;
};
const found = [];
for (const element of document.body.querySelectorAll("*")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const style = getComputedStyle(element);
  if (element.closest("script, noscript") || !element.checkVisibility()) continue;
  if (element.tagName === "rect" && element.getAttribute("class").startsWith("fill"))
    found.push([ratio(style.fill, ground(element.closest("td"))) * 1.5, element.getAttribute("class")]);
  else if (element.tagName === "rect")
    found.push([ratio(getComputedStyle(element.closest("td")).color, style.fill), element.getAttribute("class")]);
  else if (own) found.push([ratio(style.color, ground(element)), element.outerHTML.slice(0, 120)]);
}
return [found.length, found.sort(([one], [other]) => one - other)[0]];
"""


@slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme: str, chromium: Browser, rules_page: Path, tmp_path: Path) -> None:
    wide = write_page(tmp_path / "wide.html", [*sweep(60, range(20, 100))])
    for page in (rules_page, wide):
        chromium.open(page)
        chromium.ask("pretend", "screen", scheme)
        chromium.click("#columns summary")
        count, (least, what) = chromium.run(_CONTRAST)
        assert count > 200
        assert least >= 4.5, what


@slow
def test_the_overview_leads_to_its_targets(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    chromium.run("document.querySelector('#map td').focus()")
    said = "document.getElementById('map-said').textContent"
    assert chromium.value(said) == "10.0.0.1, port 22: 1 refused; 1 not as expected"
    chromium.type(RIGHT + DOWN)
    assert chromium.value(said) == "10.0.0.2, port 80: 1 timeout"
    chromium.type(ENTER)
    chromium.settle()
    assert chromium.shown_count() == "1 of 50 targets"
    assert "| 10.0.0.2 | 80 |" in chromium.shown_rows()[1]
    assert focused(chromium) == "place"
    chromium.type(ENTER)
    assert chromium.shown_count() == "50 targets"
    chromium.click("#map tbody tr:nth-child(3) td:nth-of-type(5)")
    assert "| 10.0.0.3 | 8080 |" in chromium.shown_rows()[1]


@slow
def test_the_tab_key_meets_all_that_can_be_pressed(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    met = []
    for _ in range(40):
        chromium.type(TAB)
        what = "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"
        style = "getComputedStyle(document.activeElement)"
        met.append(chromium.value(what))
        if met[-1] not in ("BODY", "HTML"):
            assert chromium.value(f"{style}.outlineStyle") != "none", met[-1]
            assert chromium.value("document.activeElement.getBoundingClientRect().left") >= 0
    assert met[:4] == ["skip", "theme", "SUMMARY", "filter"]
    assert met.count("unmet") == 1  # one row of the table, one cell of the overview
    assert sum(each.startswith("refused") for each in met) == 1


@slow
def test_on_paper_there_is_what_matters_and_nothing_to_press(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    chromium.ask("pretend", "print", "light")
    visible = "[...document.querySelectorAll(arguments[0])].some((each) => each.checkVisibility())"
    assert not chromium.value(visible, "button, input, #rows")
    assert chromium.value(visible, "h1")
    text = chromium.value("document.body.innerText")
    for words in (
        "20 of 30 targets as expected",
        "Not as expected: 10 targets",
        "unreachable, admin-prohibited by 10.1.0.1",
    ):
        assert words in text
    assert chromium.value("document.querySelectorAll('#lists td').length") > 10


@slow
def test_what_could_not_be_probed_comes_before_what_is_open(chromium: Browser, tmp_path: Path) -> None:
    states = (("refused", ""), ("open", ""), ("error", "no-route"), ("timeout", ""))
    rows = [result("10.0.0.1", port, state, reason) for port, (state, reason) in enumerate(states, 22)]
    chromium.open(write_page(tmp_path / "few.html", rows))
    headings = [row for row in chromium.shown_rows() if " | " not in row]
    assert [heading.split(":")[0].split(",")[0] for heading in headings] == ["Blocked", "Error", "Open", "Refused"]


@slow
def test_without_scripts_the_lists_are_there(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    chromium.ask("scripts", False)
    try:
        chromium.open(rules_page)
        text = chromium.ask("text")
        for words in (
            "20 of 30 targets as expected",
            "needs JavaScript",
            "Not as expected: 10 targets",
            "10.0.0.1 to 10.0.0.10",
        ):
            assert words in text
        assert "Filter" not in text
    finally:
        chromium.ask("scripts", True)


@slow
def test_a_hundred_thousand_rows(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(write_page(tmp_path / "large.html", [*sweep(1000, range(1, 101))]))
    assert chromium.shown_count() == "100,000 targets"
    assert len(chromium.shown_rows()) < 100
    assert chromium.filter_for("port:80 open") == "334 of 100,000 targets"
    assert chromium.filter_for("10.0.3.231") == "100 of 100,000 targets"
    assert chromium.filter_for("") == "100,000 targets"
    chromium.click("[data-field=port]")
    chromium.click("[data-field=port]")
    chromium.run("document.getElementById('table-box').scrollTop = 1e9")
    chromium.settle()
    assert chromium.shown_rows()[-1].startswith("10.0.3.231 | 1 |")
    assert chromium.value("document.querySelectorAll('#map tbody tr').length") <= 48


@slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_something_is_seen(scheme: str, chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    chromium.ask("pretend", "screen", scheme)
    assert len(chromium.picture().colours()) > 100
