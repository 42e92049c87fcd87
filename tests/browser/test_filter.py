"""Which rows the page's filter and its buttons leave: what people type, and what they copy out of scanner's output."""

from pathlib import Path

import pytest

from scanner.model import Request
from tests.browser.browser import ESCAPE, Browser
from tests.browser.pages import write_page
from tests.reports.made import result

pytestmark = [pytest.mark.lab, pytest.mark.slow]


def assert_counts(chromium: Browser, counts: dict[str, int], total: int = 50) -> None:
    """Each query leaves so many rows."""
    for words, count in counts.items():
        said = f"{total} targets" if count == total else f"{count} of {total} targets"
        assert chromium.filter_for(words) == said, words


def test_words_and_fields(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    chromium.type("/")
    assert chromium.value("document.activeElement.id") == "filter"
    assert chromium.value("document.getElementById('filter').value") == ""
    assert_counts(chromium, {
        "10.0.0.": 50, "10.0.0.10 prod": 2, "port:80": 10, "80": 10, "WEB": 20, "-web": 30, "host:10.0.0.3": 5,
        "state:unreachable -flipped": 10, "met:no": 10, "by": 0, "admin 10.1.0.1": 10, "http": 30,
        "service:https": 10, "rtt_ms:1.500": 1, "-": 50, "fe80::": 0,
    })  # fmt: skip
    assert chromium.shown_rows() == []
    chromium.type(ESCAPE)
    assert chromium.shown_count() == "50 targets"


def test_a_state_is_what_was_found_and_not_what_was_expected(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    assert_counts(chromium, {"open": 10, "-open": 40, "expect:open": 20, "expect:open -open": 10, "-refused open": 10})
    chromium.filter_for("-open")
    assert chromium.shown_rows()[0] == "Not as expected: refused, conn-refused, expected open: 10 targets"


def test_what_scanner_writes_can_be_asked_for(chromium: Browser, rules_page: Path, tmp_path: Path) -> None:
    chromium.open(rules_page)
    assert_counts(chromium, {
        "10.0.0.1:22": 1, "10.0.0.1:": 5, "10.0.0.1:2": 0, "-10.0.0.1:22": 49, "state:open,refused": 20,
        "port:22,80": 20, "port:80-443": 20, "port:22,3000-9000": 30, "-state:open,refused": 30,
    })  # fmt: skip
    six = Request(name="v6, core")
    rows = [result(host, port, "open", request=six) for host in ("::1", "::12", "fe80::1%eth0") for port in (22, 80)]
    chromium.open(write_page(tmp_path / "six.html", [*rows, result("10.0.0.1", 22, "open")]))
    assert_counts(chromium, {
        "[::1]:22": 1, "[::1]": 2, "::1": 6, "[::12]:80": 1, "[fe80::1%eth0]:80": 1, "host:=::1": 2,
        'name:"v6, core"': 6, "name:v6,core": 6, 'name:"core, v6"': 0,
    }, 7)  # fmt: skip


def test_one_host_can_be_asked_for_and_nothing_else(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    assert_counts(chromium, {
        "10.0.0.1": 5, "host:10.0.0.1": 5, "host:10.0.0.1,10.0.0.10": 10, "-10.0.0.1": 45, "10.1.0.1": 10,
        "=10.0.0.1": 5, "name:=web": 0, "name:=management": 10, "tags:=prod": 20, "tags:=pro": 0,
    })  # fmt: skip


def test_quotes_keep_blanks_together(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    assert_counts(chromium, {
        '"web tier"': 20, '"tier web"': 0, 'name:"web tier" port:22': 10, '-"web tier"': 30, '"web ti': 20,
        'name:="web tier"': 20, '"port:22"': 0,
    })  # fmt: skip


def test_half_a_word_does_not_empty_the_table(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    halves = ("port:", "-port:", "name:", "-name:", "state:", 'name:"', '"', "host:=", '-"')
    assert_counts(chromium, dict.fromkeys(halves, 50) | {"state:open,": 10, "port:80-": 10, "port:x": 0})


def test_the_buttons_count_states_as_the_summary_does(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    buttons = "[...document.querySelectorAll('#kinds button')]"
    assert chromium.value(f"{buttons}.map((each) => each.textContent)") == [
        "All 50", "Not as expected 10", "Open 10", "Refused 10", "Timeout 10", "Unreachable 20",
    ]  # fmt: skip
    chromium.click("#kinds button:nth-child(6)")
    assert chromium.shown_count() == "20 of 50 targets"
    pressed = f"{buttons}.map((each) => each.ariaPressed)"
    assert chromium.value(pressed) == ["false"] * 5 + ["true"]
    assert chromium.filter_for("port:3306") == "10 of 50 targets"
    assert chromium.shown_rows()[0].endswith("by the host itself: 10 targets")
    chromium.click("#kinds button:nth-child(4)")
    assert chromium.filter_for("") == "10 of 50 targets"
    assert chromium.shown_rows()[0].startswith("Not as expected: refused")
