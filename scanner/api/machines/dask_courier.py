"""A worker's end of the line: what its run says goes to the scheduler's queue, what all runs are told comes from there.

A thread of its own does so, for whoever has probes in flight must not wait for a scheduler. Nothing of Dask is named
here: what is used of a queue and of variables is said as a Protocol (`dask_client.py` has the real ones).

Several words travel together. Where a call fails, fewer do from then on: a line may be so slow that what there is to
say does not get through in the time of a call, and nothing would get through at all.

Whoever scans tells all runs twice a second that it is there, by counting on. If that stops, the runs end, or a worker
would go on probing for nobody.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from threading import Condition, Thread
from time import monotonic
from typing import Any, Protocol

from scanner.scanning.remote.worker_pool import PartNews, PartTask, Responder

#: The runs look so often.
_LOOK_S = 0.4
#: So long whoever scans may say nothing (stopped with Ctrl-Z, or cut off for a moment).
ALONE_S = 20.0
#: A call waits so long at most.
CALL_S = 5.0
_AGAIN_S = 0.2
#: So many words travel together at most; once more of them, where those before took no longer than this.
_MOST_AT_ONCE = 8
_QUICK_S = CALL_S / 4


class Mailbox(Protocol):
    """What the scheduler keeps for one scan. Each call waits for it, CALL_S at most; errors: Exception of any kind."""

    def put(self, news: Sequence[PartNews]) -> None:
        """These, behind all others."""
        ...

    def orders(self) -> Mapping[str, Any]:
        """`beat`: a number that grows; `stop`: whether to end; `hold`: whether to put nothing for now; `told`: how many
        responders there have been by now; `over`: runs that nobody waits for any more, as lists of numbers."""
        ...

    def responders(self) -> Sequence[Responder]:
        """The latest of them."""
        ...


class DaskCourier:
    """`PartLine` of one run. `close` waits until all is said, or nobody listens (`alone`)."""

    def __init__(self, mailbox: Mailbox, task: PartTask, *, clock: Callable[[], float] = monotonic) -> None:
        self._mailbox = mailbox
        self._task = task
        self._clock = clock
        self._out: deque[PartNews] = deque()
        self._at_once = _MOST_AT_ONCE
        self._changed = Condition()
        self._heard: list[Responder] = []
        self._told, self._known = 0, frozenset[Responder]()
        self._hold = False
        self._beat = -1, clock()  # the latest, and when it came
        self._closing = False
        self.stopped = self.alone = False
        self._thread = Thread(target=self._carry, name="scanner-courier", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How much of what was sent has not left yet."""
        return len(self._out)

    def send(self, *news: PartNews) -> None:
        """Say these, one after the other."""
        with self._changed:
            self._out += news
            self._changed.notify()

    def heard(self) -> Sequence[Responder]:
        """Who has answered elsewhere since the last call."""
        heard, self._heard = self._heard, []
        return heard

    def close(self) -> None:
        """Nothing more is said."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _carry(self) -> None:
        look_at = self._clock()
        while not self.alone and not (self._closing and not self._out):
            if (now := self._clock()) >= look_at:
                look_at = now + _LOOK_S
                self._look()
            if not self._out:
                with self._changed:
                    if not self._out and not self._closing:
                        self._changed.wait(max(0.0, look_at - self._clock()))
            elif self._hold or not self._put():
                with self._changed:
                    self._changed.wait(_AGAIN_S)

    def _put(self) -> bool:
        with self._changed:
            news = list(islice(self._out, self._at_once))
        began = self._clock()
        try:
            self._mailbox.put(news)
        except Exception:  # out of reach for now, or too much; that which came all the same is told by its number
            self._at_once = max(1, len(news) // 2)
            return False
        with self._changed:
            for _ in news:
                self._out.popleft()
        if self._clock() - began <= _QUICK_S:
            self._at_once = min(2 * self._at_once, _MOST_AT_ONCE)
        return True

    def _look(self) -> None:
        try:
            orders = self._mailbox.orders()
            if orders["beat"] != self._beat[0]:
                self._beat = orders["beat"], self._clock()
            self._hold = bool(orders["hold"])
            self.stopped = self.stopped or bool(orders["stop"]) or list(self._task) in map(list, orders["over"])
            if orders["told"] > self._told:
                latest = self._mailbox.responders()
                self._heard = [*self._heard, *(each for each in latest if each not in self._known)]
                self._told, self._known = orders["told"], frozenset(latest)
        except Exception:  # out of reach, or gone with whoever scanned
            pass
        if self._clock() - self._beat[1] >= ALONE_S:
            self.alone = self.stopped = True
