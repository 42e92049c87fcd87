"""The bar on stderr: done / total, time left, rate, open, hosts that answer. The only module that knows tqdm.

The scan counts for itself and looks in here once a turn; the bar is drawn ten times a second at most, whatever
the speed; what is in it says `bar_text.py`. Words for people go through `say`, which puts them above the bar. `Silent`
is the bar that is none.

A bar is a courtesy. The environment does not configure it (tqdm would let it), and one that fails, in whatever way,
becomes none (`Frail`): the scan goes on.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, time
from typing import Any, Protocol

from scanner.cli import stderr
from scanner.cli.bar_text import laid_out, left_text
from scanner.cli.streams import width_of, window_of
from scanner.words.shown_text import hosts_answer

#: Says how many seconds are left, or that nobody knows.
Left = Callable[[], float | None]

_INTERVAL_S = 0.1
_MOMENT_S = 0.001  # for nothing there is no rate
_WIDEST = 120
#: Columns left free behind the bar: a terminal echoes each Ctrl-C as ^C there. Where that does not fit into the
#: line the cursor is in the next one, and the bar could not be erased any more.
_ECHO = 4
#: With fewer there is no bar.
_LEAST = 12


def _nobody_knows() -> float | None:
    return None


class Progress(Protocol):
    """What a running scan tells whoever watches."""

    def update(
        self,
        done: int,
        total: int,
        found_open: int,
        answering: int = 0,
        hosts: int = 0,
        left: Left = _nobody_knows,
    ) -> None:
        """Rows so far, rows expected, rows open; how many of the hosts have answered (0 `hosts`: nobody knows).
        `left` says how many seconds it will still take, or None; it is asked only when that is shown."""

    def hide(self) -> None:
        """Makes room for other text on this terminal; the next update shows the bar again."""

    def say(self, text: str) -> None:
        """A line for people."""

    def close(self) -> None:
        """The end: the bar is gone."""


class Silent:
    """No bar."""

    def update(
        self,
        done: int,
        total: int,
        found_open: int,
        answering: int = 0,
        hosts: int = 0,
        left: Left = _nobody_knows,
    ) -> None:
        pass

    def hide(self) -> None:
        pass

    def say(self, text: str) -> None:
        stderr.say(text)

    def close(self) -> None:
        pass


def _tqdm() -> Any:
    """tqdm's class, imported as if no TQDM_* were in the environment.

    From 4.66 on they override its defaults, and one that is no number ends the import. They are put aside, not removed:
    unsetenv(3) is not safe beside threads that resolve names.
    """
    ours = os.environ
    os.environ = {name: value for name, value in ours.items() if not name.startswith("TQDM_")}  # type: ignore[assignment] # noqa: B003
    try:
        from tqdm.std import tqdm
    finally:
        os.environ = ours  # noqa: B003
    return tqdm


class Bar:
    """A tqdm bar on stderr, erased at the end."""

    def __init__(self, *, ascii: bool) -> None:
        tqdm = _tqdm()
        tqdm.monitor_interval = 0  # no thread: we come by often enough
        tqdm.set_lock(threading.RLock())  # the default one imports multiprocessing
        self._drawn = monotonic()
        self._visible = False
        self._begun = False
        self._columns = 0
        # Everything is said: who imported tqdm before us may have let the environment change its defaults.
        self._bar = tqdm(
            iterable=None, desc=None, total=0, leave=False, file=stderr.Passing(), ascii=ascii, disable=False,
            unit="it", unit_scale=False, dynamic_ncols=False, smoothing=0, bar_format=None, initial=0, position=None,
            postfix=None, unit_divisor=1000, write_bytes=False, lock_args=None, colour=None, gui=False,
            ncols=80,  # told anew at every drawing: tqdm itself shows nothing where a terminal has no size
            nrows=24,
            mininterval=0,  # `update` below is the one that waits
            maxinterval=10,
            miniters=1,
            delay=1e-9,  # nothing is drawn before the first update
        )  # fmt: skip

    def update(
        self,
        done: int,
        total: int,
        found_open: int,
        answering: int = 0,
        hosts: int = 0,
        left: Left = _nobody_knows,
    ) -> None:
        now = monotonic()
        if now - self._drawn < _INTERVAL_S:
            return
        self._drawn = now
        if done and not self._begun:
            self._begins(done)
        self._bar.total = max(total, done, 1)
        self._columns = self._bar.ncols = self._room()
        if self._columns < _LEAST:
            return
        who = hosts_answer(answering, hosts) if hosts > 1 else ""
        time_left = left_text(left())
        self._bar.bar_format, self._bar.postfix = laid_out(
            self._columns, self._bar.total, time_left, f"{found_open:,} open", who
        )
        with suppress(OSError):
            if not self._bar.update(done - self._bar.n):
                self._bar.refresh()
            self._visible = True

    def _begins(self, done: int) -> None:
        """The first rows are there. The rate is that of the whole course since: silence is told after its timeout."""
        self._begun = True
        self._bar.start_t, self._bar.initial = time() - _MOMENT_S, done

    @staticmethod
    def _room() -> int:
        """Columns for the bar. The window's own go before COLUMNS: a bar that is folded can not be erased."""
        return min(window_of(sys.stderr) or width_of(sys.stderr), _WIDEST) - 1 - _ECHO

    def hide(self) -> None:
        if self._visible:
            self._visible = False
            self._drawn = -_INTERVAL_S  # it is drawn again with the next update, lest it flicker
            stderr.write("\r" + " " * (self._columns + _ECHO) + "\r")

    def say(self, text: str) -> None:
        self.hide()
        stderr.say(text)

    def close(self) -> None:
        self.hide()
        with suppress(OSError):
            self._bar.close()


class Frail:
    """A bar for as long as it works."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar

    def update(
        self,
        done: int,
        total: int,
        found_open: int,
        answering: int = 0,
        hosts: int = 0,
        left: Left = _nobody_knows,
    ) -> None:
        try:
            self._bar.update(done, total, found_open, answering, hosts, left)
        except Exception:
            self._give_up()

    def hide(self) -> None:
        try:
            self._bar.hide()
        except Exception:
            self._give_up()

    def say(self, text: str) -> None:
        self.hide()
        stderr.say(text)

    def close(self) -> None:
        try:
            self._bar.close()
        except Exception:
            self._give_up()

    def _give_up(self) -> None:
        """From now on there is none; what is left of it is tidied away as far as it goes."""
        bar, self._bar = self._bar, Silent()
        with suppress(Exception):
            bar.close()


def open_progress(wanted: bool, *, ascii: bool) -> Progress:
    """A bar, or none: where none is wanted, stderr is closed, or it cannot be made."""
    if not wanted or sys.stderr is None:
        return Silent()
    try:
        return Frail(Bar(ascii=ascii))
    except (Exception, SystemExit):
        return Silent()
