"""A browser as tests see it: a Chromium in a namespace of its own (`driven.py`)."""

import base64
import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.picture import Picture
from tests.namespace import namespace

_ROOT = Path(__file__).parents[2]
#: Keys as the driver's protocol has them (WebDriver, "Keyboard Actions").
TAB, ENTER, ESCAPE, END, HOME, BACKSPACE = "\ue004", "\ue007", "\ue00c", "\ue010", "\ue011", "\ue003"
LEFT, UP, RIGHT, DOWN = "\ue012", "\ue013", "\ue014", "\ue015"


class Browser:
    """Pages are opened from files, with scripts and in light colours unless told otherwise."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._answer()

    def open(self, path: Path, **stored: str) -> None:
        """Opens a page that finds nothing else in its storage than this."""
        self.ask("pretend", "screen", "light")
        self.ask("open", path.as_uri(), stored)

    def stored(self) -> dict[str, str]:
        """What the page finds in its storage now."""
        return dict(self.value("Object.fromEntries(Object.entries(localStorage))"))

    def ask(self, *command: Any) -> Any:
        """The answer to a command of `driven.Commands`. Fails when the page complained on its console."""
        assert self._process.stdin is not None
        print(json.dumps(command), file=self._process.stdin, flush=True)
        answer = self._answer()
        assert answer["console"] == []
        return answer["value"]

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.ask("run", script, *arguments)

    def value(self, expression: str, *arguments: Any) -> Any:
        """The value of an expression of JavaScript."""
        return self.run(f"return {expression}", *arguments)

    def type(self, keys: str) -> None:
        """Types into whatever has the focus."""
        self.ask("type", keys)

    def click(self, path: str) -> None:
        """Clicks on the first element of this CSS path."""
        self.ask("click", path)

    def picture(self, path: str = "") -> Picture:
        """What is seen, or the first element of this CSS path."""
        return Picture(base64.b64decode(self.ask("picture", path)))

    def settle(self) -> None:
        """Until what was asked for is drawn."""
        self.ask("settle")

    def shown_rows(self) -> list[str]:
        """The rows of the table that are in the document, headings too, each as its texts."""
        cells = "[...row.cells].map((cell) => cell.textContent).join(' | ')"
        return list(self.value(f"[...document.querySelectorAll('#table tbody tr:not(.blank)')].map((row) => {cells})"))

    def shown_count(self) -> str:
        """What the page says of how many rows the table has."""
        return str(self.value("document.getElementById('count').textContent"))

    def filter_for(self, text: str) -> str:
        """Types into the filter instead of what is there; the count then."""
        self.run("document.getElementById('filter').select()")
        self.type(text or BACKSPACE)
        self.settle()
        return self.shown_count()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            said = self._process.stderr.read() if self._process.stderr else ""
            raise AssertionError(f"the browser has ended: {said[-2000:]}")
        return json.loads(line)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A new one; `needs.LackError` where this machine has none."""
    with namespace("chromium", "chromedriver", "selenium") as inside:
        programs = [shutil.which("chromium"), shutil.which("chromedriver")]
        process = inside.start(sys.executable, "-m", "tests.browser.driven", *programs, cwd=_ROOT)
        try:
            yield Browser(process)
        finally:
            process.communicate(timeout=60)
