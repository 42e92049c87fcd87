"""The way to one target: which hops to probe next, and how it ends. Pure: pass `now`.

What the answers mean is said in `hop_answers.py`. Three things happen at once:

* FULL, a probe without a limit, finds the target's own verdict. It is what the trace's end rests on: no lost or
  rate-limited answer of a router can turn an answering port into silence.
* Hops go out in waves: 1-4, 5-8, 9-16, 17-30. The next one leaves when the last is answered, or after a moment, and
  only until the length of the way is known: an answering target sees few connections, a silent hop delays nobody.
* A silent hop is asked three times. It stays silent in the trace, and never means anything by itself.

A *follower* asks FULL only, until it is told what others know (`follow`): then the last hop that they know and the next
few, and more as soon as one of these answers, or where its way turns out to be another one. Others of its own network
are believed; those of another one only if a hop that they know answers here as well. So it asks for these by turns.
"""

from scanner.engine.flight.verdict import TIMEOUT, Verdict
from scanner.model import End, Hop, State
from scanner.tracing.fellows import Budget, Known
from scanner.tracing.hop_answers import FULL, Answers
from scanner.words.builtin_values import MOST_HOPS as MOST_HOPS

ATTEMPTS = 3
_FIRST_WAVE = 4
_WAVE_S, _LEAST_WAVE_S = 0.4, 0.1
_BORNE_OUT = 2  # so many larger limits, if they were asked, are waited for: they should reach the target, too
_REFUTED = 3  # so many known hops that should have answered and did not: it is another way
_REPEATS = 3  # so many hops of one router are enough to see that it holds them all


class Route:
    """One target's trace on its way. `target` is its address, `most` the farthest hop to look at.

    `attached`: it should be a neighbour, on the same network. Then no hop beyond the first is asked until somebody
    answers: all those SYNs would wait for the neighbour's hardware address, and the kernel keeps some hundred
    of them and tells 50 sockets at most that nobody has it (net/core/neighbour.c, icmp_global_allow()).
    """

    def __init__(
        self,
        target: str,
        most: int = MOST_HOPS,
        *,
        attached: bool = False,
        follower: bool = False,
        budget: Budget | None = None,
    ) -> None:
        self._most = most
        self._budget = budget or Budget()
        self._held = follower
        self._known: dict[int, str] = {}  # what others know, as long as that may be its way
        self._told: Known = {}
        self._from = 1  # the first hop that is asked
        self._near = most  # the last one, unless somebody answers
        self._begun = False
        self._extra: list[int] = []  # known hops that are to be asked as well
        self._checked = self._refuted = 0
        self._by_turns: set[int] = set()  # known hops that are asked by turns: none is asked often enough to be silent
        self._checks = 0  # so often a known hop may be asked until one answers
        self._within: set[int] = set()
        self._sent = -1
        self._wave_at = 0.0
        self._waiting: set[int] = set()
        self._silent: set[int] = set()
        self._answers = Answers(target)
        self._attached = attached
        self._sure = True
        self._bound = self._find_bound()

    # What to send

    def due(self, now: float) -> list[int]:
        """The hops to be probed for the first time now, FULL among the first ones."""
        hops = [FULL] if not self._begun else []
        hops += self._extra
        first, last = self._sent + 1, self._next_wave()
        if first <= last and not (self._sent > 0 and now < self._wave_at + self._patience()):
            hops += range(max(1, first), last + 1)
            self._sent, self._wave_at = last, now
        self._extra, self._begun = [], True
        self._waiting.update(hops)
        return hops

    def follow(self, known: Known, *, checks: int = 0) -> None:
        """Others know these hops. With `checks`, so often one of them is asked before it is doubted that this is its
        way."""
        last = min(max(known, default=0), self._most)
        self._held, self._known, self._told, self._checks = False, dict(known), known, checks
        self._by_turns = set(known) if checks else set()
        self._from = max(1, last)
        self._sent = last if checks else self._from - 1
        self._near = min(last + _FIRST_WAVE, self._most)
        self._check()
        self._bound = self._find_bound()

    def lead(self) -> None:
        """Nobody knows anything: it is asked hop by hop."""
        self._held = False
        self._sent = 0

    def known(self) -> Known:
        """What it can tell others: its own hops, and what it was told, as soon as one of these answered."""
        own = self.seen()
        confirmed = any(own.get(hop) == address for hop, address in self._known.items())
        return {**self._known, **own} if confirmed else own

    def _check(self) -> None:
        """Asks for a known hop, another one each time."""
        if self._checks and self._known:
            self._checks -= 1
            hops = sorted(self._known)
            self._extra.append(hops[-1 - (self._checked % len(hops))])
            self._checked += 1

    @property
    def held(self) -> bool:
        """Whether it waits for what others know."""
        return self._held

    def settled(self, now: float) -> bool:
        """Whether it knows by now what it will know, but for late answers."""
        checking = self._checks or self._extra
        return not self._held and not checking and self._sent >= self._bound and now >= self._wave_at + self._patience()

    def asked(self, hop: int, now: float) -> None:
        """A probe for this hop leaves."""
        within = self._budget.ask(hop, now)
        if within:
            self._within.add(hop)
        elif hop in self._by_turns:
            self._within.discard(hop)

    def wait(self, now: float) -> float:
        """Seconds until `due` may have more; infinity when only answers can tell."""
        if self._extra:
            return 0.0
        if self._next_wave() <= self._sent:
            return float("inf")
        return max(0.0, self._wave_at + self._patience() - now)

    def _next_wave(self) -> int:
        if self._held:
            return 0
        first = self._near if self._from > 1 else _FIRST_WAVE
        wave = first if self._sent < self._from else 2 * self._sent
        most = self._near if self._bound <= self._near else self._most
        return min(wave, most) if self._sent < self._bound else self._sent

    def _patience(self) -> float:
        """How long the next wave waits for the last one: a few of the round trips seen so far."""
        if not self._waiting - {FULL}:
            return 0.0
        slowest = self._answers.slowest_ms
        return min(_WAVE_S, max(_LEAST_WAVE_S, 3 * (_WAVE_S * 1000 if slowest is None else slowest) / 1000))

    def matters(self, hop: int) -> bool:
        """Whether an answer to this probe may still tell something."""
        return hop <= self._bound or FULL in self._waiting

    def silent(self, hop: int, attempts: int) -> bool:
        """An attempt found no answer: whether to make another. (A late answer to this one still counts.)"""
        by_turns = hop in self._by_turns
        if attempts < ATTEMPTS and hop <= self._bound and not by_turns:
            return True
        self._waiting.discard(hop)
        self._silent.add(hop)
        if not by_turns and self._is_silent(hop):
            self._look_back(hop, "")
        elif by_turns and self._checks:
            self._refuted += hop in self._within or not self._budget.tired(hop)
            if self._refuted < _REFUTED:
                self._check()
            else:
                self._look_back(hop, "")
        self._bound = self._find_bound()
        return False

    def _is_silent(self, hop: int) -> bool:
        """Whether it stayed silent though the routers there should have had an answer left."""
        if hop not in self._silent or hop in self._by_turns:
            return False
        return not self._budget.tired(hop, self._told.get(hop, "")) or (
            hop in self._within and not self._budget.rejects(hop)
        )

    def _look_back(self, hop: int, address: str) -> None:
        """A known hop answered, or did not though it should: where it is not as others say, its way is another one, or
        a shorter one, if it was the target."""
        if hop in self._known and self._known[hop] != address:
            self._extra = [each for each in range(1, self._from + 1) if each not in self._waiting | {hop}]
            self._known, self._checks = {}, 0
            self._by_turns.clear()
        elif hop in self._known:
            self._extra, self._checks = [], 0

    # What came back

    def heard(self, hop: int, verdict: Verdict, rtt_ms: float | None) -> None:
        """The verdict on a probe."""
        self._waiting.discard(hop)
        self._silent.discard(hop)
        self._answers.hear(hop, verdict, rtt_ms)
        if verdict.icmp_from and verdict.reason == "time-exceeded":
            self._budget.expired(hop, verdict.icmp_from)
        elif verdict.icmp_from:
            self._budget.rejected(verdict.icmp_from)
        self._look_back(hop, verdict.icmp_from)
        self._bound = self._find_bound()

    @property
    def done(self) -> bool:
        """Whether all is known, or asked often enough."""
        if self._sent < self._bound or self._extra or FULL in self._waiting:
            return False
        return not any(hop <= self._bound for hop in self._waiting)

    def _find_bound(self) -> int:
        """The farthest hop that matters, as is known now."""
        answers, full = self._answers, self._answers.full
        if answers.local:
            return 0
        farther = answers.farthest > self._from or (full is not None and self._sent >= self._near)
        most = self._most if farther else self._near
        if full is None:
            pending = FULL in self._waiting or not self._begun
            first = answers.lowest_answer() if pending else answers.stand_in(self._silent)
            if first and (pending or self._sent >= min(first + _FIRST_WAVE, self._most)):
                return first
            return 1 if self._attached and not answers.anybody else most
        if answers.answered:
            lowest = answers.lowest(full)
            beyond = [hop for hop in self._silent if hop > lowest]  # something answered in the target's name, or loss
            return min(max([lowest, *beyond]) + _BORNE_OUT, max(lowest, self._sent, *beyond), most) if lowest else most
        if full.reason != "time-exceeded":
            return answers.first_reject(full.icmp_from) or most
        if answers.repeats() >= _REPEATS:
            return answers.repeated()
        return answers.circle() or most

    # How it ended

    @property
    def is_silent(self) -> bool:
        """Whether it is silence that it ended with."""
        return self._answers.verdict(self._silent) is None

    def seen(self) -> dict[int, str]:
        """The hops that gave themselves away to it, the target excepted."""
        return self._answers.seen(self._silent)

    @property
    def last(self) -> int:
        """The last hop that gave itself away to it."""
        return max(self.seen(), default=0)

    @property
    def is_sure(self) -> bool:
        """Whether it knows by itself where silence begins."""
        return self._is_silent(self.last + 1) or (0 < self.last == self._most)

    @property
    def sender(self) -> str:
        """The sender of the ICMP error that is its verdict."""
        verdict = self._answers.verdict(self._silent)
        return verdict.icmp_from if verdict else ""

    def take(self, hops: Known, *, sure: bool = True) -> None:
        """Others saw these hops on its way. `sure`: it is known where silence begins."""
        self._answers.take(dict(hops))
        self._sure = sure

    @property
    def end_hop(self) -> int:
        """The last hop before its end that may be shown."""
        return self.end().hop or self.last + 1

    def hops(self) -> tuple[Hop, ...]:
        """Every hop from 1 up to where the trace ends."""
        answers, found = self._answers, self._answers.stations(self._silent)
        last = max(found, default=0)
        verdict = answers.verdict(self._silent)
        place = self._place(verdict)
        if place and verdict is not None and verdict.reason != "time-exceeded":
            if place not in self.seen():
                found[place] = answers.at_target(place)
            return self._up_to(place, found)
        return self._up_to(answers.repeated() or answers.circle() or last, found)

    @staticmethod
    def _up_to(last: int, found: dict[int, Hop]) -> tuple[Hop, ...]:
        return tuple(found.get(hop) or Hop(hop) for hop in range(1, last + 1))

    def end(self) -> End:
        """How the trace ends. Of one that was stopped before it was `done`, silence is not claimed."""
        verdict = self._answers.verdict(self._silent)
        if verdict is None:
            last = len(self.hops())
            if not self.done:
                return End(None, "", "", last)
            if not self._sure:
                return End(TIMEOUT.state, TIMEOUT.reason, "", None)
            asked = self._silent_hops() if not last else last if last == self._most < MOST_HOPS else None
            return End(TIMEOUT.state, TIMEOUT.reason, "", last, asked)
        if self._answers.local:
            return End(verdict.state, verdict.reason, "", 0)
        place = self._place(verdict) or None
        farther = self._answers.answered and not self._answers.lowest(verdict)
        return End(verdict.state, verdict.reason, verdict.icmp_from, place, self._sent if farther else None)

    def _silent_hops(self) -> int | None:
        """Up to which hop all stayed silent though they should have had an answer left; None: as far as ways go."""
        last = next((hop - 1 for hop in range(1, MOST_HOPS + 1) if not self._is_silent(hop)), MOST_HOPS)
        return None if last == MOST_HOPS else last

    def _place(self, verdict: Verdict | None) -> int:
        """The hop at which it ends, by this verdict; 0 where that is not known."""
        answers = self._answers
        if verdict is None or answers.local:
            return 0
        if verdict.state is not State.UNREACHABLE:
            return answers.place_of_target(verdict, self._silent)
        if verdict.reason == "time-exceeded":
            return min((hop for hop, address in self.seen().items() if address == verdict.icmp_from), default=0)
        return answers.place_of(verdict.icmp_from)
