"""One browser for all tests of a module: a start takes longer than what most of them do with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browser import Browser, browser
from tests.browser.pages import fifty_rules, write_page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def rules_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small list, some of whose targets are not as expected."""
    return write_page(tmp_path_factory.mktemp("page") / "rules.html", fifty_rules())
