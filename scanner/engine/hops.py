"""The way to one target: which hops to probe next, and how it ends. Pure: pass `now`.

What the answers mean is said in `answers.py`. Three things happen at once:

* FULL, a probe without a limit, finds the target's own verdict. It is what the trace's end rests on: no lost or
  rate-limited answer of a router can turn an answering port into silence.
* Hops go out in waves: 1-4, 5-8, 9-16, 17-30. The next one leaves when the last is answered, or after a moment, and
  only until the length of the way is known: an answering target sees few connections, a silent hop delays nobody.
* A silent hop is asked three times. It stays silent in the trace, and never means anything by itself.
"""

from scanner.engine.answers import FULL, Answers
from scanner.engine.verdict import TIMEOUT, Verdict
from scanner.model import End, Hop, State

MOST_HOPS = 30
ATTEMPTS = 3
_FIRST_WAVE = 4
_WAVE_S, _LEAST_WAVE_S = 0.4, 0.1
_REPEATS = 3  # so many hops of one router are enough to see that it holds them all


class Route:
    """One target's trace on its way. `target` is its address, `most` the farthest hop to look at.

    `attached`: it should be a neighbour, on the same network. Then no hop beyond the first is asked until somebody
    answers: all those SYNs would wait for the neighbour's hardware address, and the kernel keeps some hundred
    of them and tells 50 sockets at most that nobody has it (net/core/neighbour.c, icmp_global_allow()).
    """

    def __init__(self, target: str, most: int = MOST_HOPS, *, attached: bool = False) -> None:
        self._most = most
        self._sent = -1
        self._wave_at = 0.0
        self._waiting: set[int] = set()
        self._silent: set[int] = set()
        self._answers = Answers(target)
        self._attached = attached
        self._bound = self._find_bound()

    # What to send

    def due(self, now: float) -> list[int]:
        """The hops to be probed for the first time now, FULL among the first ones."""
        first, last = self._sent + 1, self._next_wave()
        if first > last or (first and now < self._wave_at + self._patience()):
            return []
        self._sent, self._wave_at = last, now
        hops = list(range(first, last + 1))
        self._waiting.update(hops)
        return hops

    def wait(self, now: float) -> float:
        """Seconds until `due` may have more; infinity when only answers can tell."""
        if self._next_wave() <= self._sent:
            return float("inf")
        return max(0.0, self._wave_at + self._patience() - now)

    def _next_wave(self) -> int:
        wave = _FIRST_WAVE if self._sent <= 0 else 2 * self._sent
        return min(wave, self._most) if self._sent < self._bound else self._sent

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
        if attempts < ATTEMPTS and hop <= self._bound:
            return True
        self._waiting.discard(hop)
        self._silent.add(hop)
        self._bound = self._find_bound()
        return False

    # What came back

    def heard(self, hop: int, verdict: Verdict, rtt_ms: float | None) -> None:
        """The verdict on a probe."""
        self._waiting.discard(hop)
        self._silent.discard(hop)
        self._answers.hear(hop, verdict, rtt_ms)
        self._bound = self._find_bound()

    @property
    def done(self) -> bool:
        """Whether all is known, or asked often enough."""
        if self._sent < self._bound or FULL in self._waiting:
            return False
        return not any(hop <= self._bound for hop in self._waiting)

    def _find_bound(self) -> int:
        """The farthest hop that matters, as is known now."""
        answers, full = self._answers, self._answers.full
        if answers.local:
            return 0
        if full is None:
            return answers.stand_in(self._silent) or (1 if self._attached and not answers.anybody else self._most)
        if answers.answered:
            return answers.place_of_target(full) or self._most
        if full.reason != "time-exceeded":
            return answers.first_reject(full.icmp_from) or self._most
        if answers.repeats() >= _REPEATS:
            return answers.repeated()
        return answers.circle() or self._most

    # How it ended

    def hops(self) -> tuple[Hop, ...]:
        """Every hop from 1 up to where the trace ends."""
        answers, found = self._answers, self._answers.stations()
        last = max(found, default=0)
        verdict = answers.verdict(self._silent)
        place = self._place(verdict)
        if place and verdict is not None and verdict.reason != "time-exceeded":
            if place not in found:
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
            few = not last and self._sent < MOST_HOPS
            return End(TIMEOUT.state, TIMEOUT.reason, "", last, self._sent if few else None)
        if self._answers.local:
            return End(verdict.state, verdict.reason, "", 0)
        return End(verdict.state, verdict.reason, verdict.icmp_from, self._place(verdict) or None)

    def _place(self, verdict: Verdict | None) -> int:
        """The hop at which it ends, by this verdict; 0 where that is not known."""
        answers = self._answers
        if verdict is None or answers.local:
            return 0
        if verdict.state is not State.UNREACHABLE:
            return answers.place_of_target(verdict)
        if verdict.reason == "time-exceeded":
            return min((hop.hop for hop in answers.stations().values() if hop.address == verdict.icmp_from), default=0)
        return answers.place_of(verdict.icmp_from)
