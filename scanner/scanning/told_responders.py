"""Responders that others told of: another process that has some of the same networks, or this scan before it broke off.

Silence is beyond doubt only where somebody of its own network answers (`engine/truth/network_evidence.py`). Where a
network's hosts are shared out, those who answer may all be somebody else's. What others heard is no evidence of one's
own, though: it is a hint whom to ask. So they are asked here, as soon as a host of their network was probed:

1. where nobody of it has answered, two at a time until somebody does. Each is asked as often as a target is, and once
   more: a whole network must not be in doubt because one packet was lost;
2. where only open ports have, one that refuses: those may be asked three times only, and silence may come later.

What comes of it, the engine sees like any other answer. These probes have no row.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable

from scanner.engine.schedule import Schedule
from scanner.engine.truth.network_evidence import Network
from scanner.model import ANSWERED, Endpoint, NetworkKey, Request, Result, State, network_key
from scanner.scanning.responder_choice import KnownResponder
from scanner.words.builtin_values import SWEEP

#: Networks of which somebody is remembered, and how many of each; they are looked through so often, or as often as
#: takes a small share of the time.
_MOST, _EACH = 16_384, 8
_LOOK_S, _LOOK_SHARE = 0.1, 0.02
_AT_A_TIME = 2


class _Told:
    """Those of one network: who is `left` to ask, and how many are `out`: asked, and not judged yet."""

    __slots__ = ("left", "out")

    def __init__(self) -> None:
        self.left: list[KnownResponder] = []
        self.out = 0

    def add(self, one: KnownResponder) -> None:
        """Those that refuse come first."""
        if len(self.left) < _EACH:
            self.left.append(one)
            self.left.sort(key=lambda each: not each.refuses)

    def take(self, network: Network) -> list[KnownResponder]:
        """Whom to ask now."""
        if network.responders.refused:
            self.left.clear()
        elif network.first_heard is not None:
            self.left = [each for each in self.left if each.refuses]
        taken, self.left = self.left[:_AT_A_TIME], self.left[_AT_A_TIME:]
        self.out += len(taken)
        return taken

    def is_judged(self) -> None:
        """One that was asked. (With too many networks, it was maybe asked for one that is forgotten.)"""
        self.out = max(0, self.out - 1)


class ToldResponders:
    """A step of the pipeline that leaves out the rows of its own probes, and sends these. `clock` gives seconds.

    `answering`: how many of them answered; `timeouts`, `denied`: how many were silent, or met an ICMP error, by
    their doubt.
    """

    def __init__(self, schedule: Schedule, clock: Callable[[], float]) -> None:
        self._schedule = schedule
        self._clock = clock
        self._request = Request(timeout=SWEEP.timeout_s, retries=SWEEP.retries + 1)
        self._told: OrderedDict[NetworkKey, _Told] = OrderedDict()
        self._next_look = 0.0
        self._out = 0  # asked, and not judged yet
        self.answering = 0
        self.timeouts: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()

    def tell(self, answered: Iterable[KnownResponder]) -> None:
        """These answered somebody else."""
        for one in answered:
            key = network_key(one.place)
            told = self._told.get(key)
            if told is None:
                told = self._told[key] = _Told()
            told.add(one)
            if len(self._told) > _MOST:
                self._told.popitem(last=False)

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows of the scan's own targets."""
        own = self._own(rows)
        if self._told and (now := self._clock()) >= self._next_look:
            self._ask()
            self._next_look = now + max(_LOOK_S, (self._clock() - now) / _LOOK_SHARE)
        return own

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The same at the end. Nothing is kept here."""
        return self._own(rows)

    def _ask(self) -> None:
        asked: list[Endpoint] = []
        for key, told in list(self._told.items()):
            if told.out:
                continue  # what comes of those decides
            network = self._schedule.paths.network_asked(told.left[0].place) if told.left else None
            if network is not None:
                asked += [Endpoint(each.place, each.port, (self._request,)) for each in told.take(network)]
            if not told.left and not told.out:
                del self._told[key]
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
            if (told := self._told.get(network_key(row.place))) is not None:
                told.is_judged()
            if row.state in ANSWERED:
                self.answering += 1
            elif row.state is not State.ERROR:
                (self.timeouts if row.state is State.TIMEOUT else self.denied)[row.doubt] += 1
        return own
