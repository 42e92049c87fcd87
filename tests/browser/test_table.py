"""The table of rows and the overview as seen: what is in view, what is framed, what is said where nothing is."""

from pathlib import Path

import pytest

from scanner.model import Request
from tests.browser.browser import ENTER, Browser
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
