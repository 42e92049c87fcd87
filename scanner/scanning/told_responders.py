"""Responders that others told of: another process that has some of the same networks, or this scan before it broke off.

Silence is beyond doubt only where somebody of its own network answers (`engine/truth/network_evidence.py`). Where a
network's hosts are shared out, those who answer may all be somebody else's. What others heard is no evidence of one's
own, though: it is a hint whom to ask. So each is asked here once, as soon as a host of its network was probed and
nobody of it has answered; what comes of it, the engine sees like any other answer. These probes have no row.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable

from scanner.engine.schedule import Schedule
from scanner.model import ANSWERED, Endpoint, NetworkKey, Place, Request, Result, State, network_key
from scanner.words.builtin_values import SWEEP

#: Networks of which somebody is remembered, and how many are looked through at a time.
_MOST = 16_384
_LOOK_S = 0.1
#: Of one network so many are asked: one of them may be gone.
_EACH = 2


class ToldResponders:
    """A step of the pipeline that leaves out the rows of its own probes, and sends these. `clock` gives seconds.

    `answering`: how many of them answered; `timeouts`, `denied`: how many were silent, or met an ICMP error, by their
    doubt.
    """

    def __init__(self, schedule: Schedule, clock: Callable[[], float]) -> None:
        self._schedule = schedule
        self._clock = clock
        self._request = Request(timeout=SWEEP.timeout_s, retries=0)
        self._told: OrderedDict[NetworkKey, list[Endpoint]] = OrderedDict()
        self._next_look = 0.0
        self._out = 0  # asked, and not judged yet
        self.answering = 0
        self.timeouts: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()

    def tell(self, answered: Iterable[tuple[Place, int]]) -> None:
        """Somebody else was answered there: places of nobody else, and ports."""
        for place, port in answered:
            key = network_key(place)
            some = self._told.setdefault(key, [])
            if len(some) < _EACH:
                some.append(Endpoint(place, port, (self._request,)))
            if len(self._told) > _MOST:
                self._told.popitem(last=False)

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows of the scan's own targets."""
        if self._told and (now := self._clock()) >= self._next_look:
            self._next_look = now + _LOOK_S
            self._ask()
        return self._own(rows)

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The same at the end. Nothing is kept here."""
        return self._own(rows)

    def _ask(self) -> None:
        asked: list[Endpoint] = []
        for key, some in list(self._told.items()):
            network = self._schedule.paths.network_asked(some[0].place)
            if network is None:
                continue
            del self._told[key]
            if network.first_heard is None:
                asked += some
        if asked:
            self._out += len(asked)
            self._schedule.ask_first(asked)

    def _own(self, rows: list[Result]) -> list[Result]:
        if not self._out:
            return rows
        own = []
        for row in rows:
            if row.request is not self._request:
                own.append(row)
                continue
            self._out -= 1
            if row.state in ANSWERED:
                self.answering += 1
            elif row.state is not State.ERROR:
                (self.timeouts if row.state is State.TIMEOUT else self.denied)[row.doubt] += 1
        return own
