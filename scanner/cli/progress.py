"""The bar on stderr: done / total, rate, open, time left. The only module that knows tqdm.

The scan counts for itself and looks in here once a round; the bar is drawn ten times a second at most, whatever
the speed. Words for people go through `say`, which puts them above the bar. `Silent` is the bar that is none.
"""

import sys
import threading
from contextlib import suppress
from time import monotonic
from typing import Protocol

from scanner.cli import stderr
from scanner.cli.terminal import width_of

_INTERVAL_S = 0.1
_WIDEST = 120
#: Columns left free behind the bar: a terminal echoes each Ctrl-C as ^C there. Where that does not fit into the
#: line the cursor is in the next one, and the bar could not be erased any more.
_ECHO = 4
#: From so many columns on there is room for the bar itself; before, its numbers matter more.
_ROOMY = 60
_NUMBERS = "{n:,}/{total:,}, ETA {remaining}, {rate_noinv:,.0f}/s{postfix}"


class Progress(Protocol):
    """What a running scan tells whoever watches."""

    def update(self, done: int, total: int, found_open: int) -> None:
        """Rows so far, rows expected, rows open."""

    def hide(self) -> None:
        """Makes room for other text on this terminal; the next update shows the bar again."""

    def say(self, text: str) -> None:
        """A line for people."""

    def close(self) -> None:
        """The end: the bar is gone."""


class Silent:
    """No bar."""

    def update(self, done: int, total: int, found_open: int) -> None:
        pass

    def hide(self) -> None:
        pass

    def say(self, text: str) -> None:
        stderr.say(text)

    def close(self) -> None:
        pass


class Bar:
    """A tqdm bar on stderr, erased at the end."""

    def __init__(self, *, ascii: bool) -> None:
        from tqdm.std import tqdm

        tqdm.monitor_interval = 0  # no thread: we come by often enough
        tqdm.set_lock(threading.RLock())  # the default one imports multiprocessing
        self._drawn = monotonic()
        self._visible = False
        self._columns = 0
        self._bar = tqdm(
            total=0,
            file=sys.stderr,
            leave=False,
            ascii=ascii,
            ncols=80,  # told anew at every drawing: tqdm itself shows nothing where a terminal has no size
            nrows=24,
            mininterval=0,  # `update` below is the one that waits
            miniters=1,
            delay=1e-9,  # nothing is drawn before the first update
        )

    def update(self, done: int, total: int, found_open: int) -> None:
        now = monotonic()
        if now - self._drawn < _INTERVAL_S:
            return
        self._drawn = now
        self._bar.total = max(total, done, 1)
        self._columns = self._bar.ncols = min(width_of(sys.stderr), _WIDEST) - 1 - _ECHO
        self._bar.bar_format = ("{percentage:3.0f}% |{bar}| " if self._columns >= _ROOMY else "") + _NUMBERS
        self._bar.postfix = f"{found_open:,} open"
        with suppress(OSError):
            if not self._bar.update(done - self._bar.n):
                self._bar.refresh()
            self._visible = True

    def hide(self) -> None:
        if self._visible:
            self._visible = False
            with suppress(OSError):
                self._bar.clear()
                sys.stderr.write(" " * (self._columns + _ECHO) + "\r")
                sys.stderr.flush()

    def say(self, text: str) -> None:
        self.hide()
        stderr.say(text)

    def close(self) -> None:
        self.hide()
        with suppress(OSError):
            self._bar.close()


def open_progress(wanted: bool, *, ascii: bool) -> Progress:
    """A bar, or none. A stderr that is closed has none."""
    return Bar(ascii=ascii) if wanted and sys.stderr is not None else Silent()
