"""The way to one target: which hops to probe next, and when all is known. Pure: pass `now`.

Three things happen at once:

* FULL, a probe without a limit, finds the target's own verdict. It is what the trace's end rests on: no lost or
  rate-limited answer of a router can turn an answering port into silence.
* Hops go out in waves (`waves.py`), until the length of the way is known.
* A silent hop is asked three times. It stays silent in the trace, and never means anything by itself.

A *follower* asks FULL only, until it is told what others know (`follow`): then the last hop that they know and the next
few, and more as soon as one of these answers, or where its way turns out to be another one. Others of its own network
are believed; those of another one only after a check (`hearsay.py`).

What the answers mean is said in `hop_answers.py`, what a silence does in `silent_hops.py`, and what comes of it all in
`findings.py`.
"""

from scanner.engine.flight.verdict import Verdict
from scanner.model import ANSWERED, End, Reason
from scanner.tracing.findings import Findings
from scanner.tracing.hearsay import Hearsay
from scanner.tracing.hop_answers import FULL, Answers
from scanner.tracing.known_hops import KnownHops
from scanner.tracing.router_budget import Budget
from scanner.tracing.silent_hops import SilentHops
from scanner.tracing.waves import FIRST_WAVE, Waves
from scanner.words.builtin_values import MOST_HOPS

ATTEMPTS = 3
_WAVE_S, _LEAST_WAVE_S = 0.4, 0.1
_BORNE_OUT = 2  # so many larger limits, if they were asked, are waited for: they should reach the target, too
_REPEATS = 3  # so many hops of one router are enough to see that it holds them all


class Route:
    """One target's trace on its way; `findings` is what it has found. `target` is its address, `most` the farthest hop
    to look at.

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
        self._answers = Answers(target)
        self._silent = SilentHops(budget or Budget())
        self._waves = Waves(most, held=follower)
        self._hearsay = Hearsay({})
        self._attached = attached
        self._begun = False
        self._extra: list[int] = []  # known hops that are to be asked as well
        self._waiting: set[int] = set()
        self.findings = Findings(self._answers, self._silent, self._waves)
        self._bound = self._find_bound()

    # What others know

    @property
    def held(self) -> bool:
        """Whether it waits for what others know."""
        return self._waves.held

    def follow(self, known: KnownHops, *, checks: int = 0) -> None:
        """Others know these hops. With `checks`, so often one of them is asked before it is doubted that this is its
        way."""
        self._hearsay = Hearsay(known, checks)
        self._silent.expect(known, by_turns=checks > 0)
        self._waves.begin_at(max(known, default=0), skip=checks > 0)
        self._check()
        self._bound = self._find_bound()

    def lead(self) -> None:
        """Nobody knows anything: it is asked hop by hop."""
        self._waves.begin()

    def known(self) -> KnownHops:
        """What it can tell others."""
        return self._hearsay.joined(self.findings.seen())

    def settled(self, now: float) -> bool:
        """Whether it knows by now what it will know, but for late answers."""
        if self.held or self._hearsay.is_being_checked or self._extra:
            return False
        return self._waves.are_over(now, self._bound, self._patience)

    def _check(self) -> None:
        hop = self._hearsay.next_check()
        if hop is not None:
            self._extra.append(hop)

    # What to send

    def due(self, now: float) -> list[int]:
        """The hops to be probed for the first time now, FULL among the first ones."""
        hops = [] if self._begun else [FULL]
        hops += self._extra
        hops += self._waves.leave(now, self._bound, self._patience)
        self._extra, self._begun = [], True
        self._waiting.update(hops)
        return hops

    def delay(self, now: float) -> float:
        """Seconds until `due` may have more; infinity when only answers can tell."""
        return 0.0 if self._extra else self._waves.delay(now, self._bound, self._patience)

    def asked(self, hop: int, now: float) -> None:
        """A probe for this hop leaves."""
        self._silent.asked(hop, now)

    def matters(self, hop: int) -> bool:
        """Whether an answer to this probe may still tell something."""
        return hop <= self._bound or FULL in self._waiting

    def _patience(self) -> float:
        """How long the next wave waits for the last one: a few of the round trips seen so far."""
        if not self._waiting - {FULL}:
            return 0.0
        slowest = self._answers.slowest_ms
        return min(_WAVE_S, max(_LEAST_WAVE_S, 3 * (_WAVE_S * 1000 if slowest is None else slowest) / 1000))

    # What came back

    def heard(self, hop: int, verdict: Verdict, rtt_ms: float | None, now: float) -> None:
        """The verdict on a probe, which came now. (What this host itself says of a hop tells nothing of the way.)"""
        self._waiting.discard(hop)
        self._silent.heard(hop, verdict, now)
        self._answers.hear(hop, verdict, rtt_ms)
        if verdict.state in ANSWERED or verdict.icmp_from:
            self._look_back(hop, verdict.icmp_from)
        elif self._silent.is_asked_by_turns(hop) and self._hearsay.is_being_checked:
            self._check()
        self._bound = self._find_bound()

    def silent(self, hop: int, attempts: int) -> bool:
        """An attempt found no answer: whether to make another. (A late answer to this one still counts.)"""
        by_turns = self._silent.is_asked_by_turns(hop)
        if attempts < ATTEMPTS and hop <= self._bound and not by_turns:
            return True
        self._waiting.discard(hop)
        self._silent.asked_enough(hop)
        if not by_turns:
            if self._silent.is_certain(hop):
                self._look_back(hop, "")
        elif self._hearsay.is_being_checked:
            if self._hearsay.is_refuted(should_have_answered=self._silent.should_have_answered(hop)):
                self._look_back(hop, "")
            else:
                self._check()
        self._bound = self._find_bound()
        return False

    def _look_back(self, hop: int, address: str) -> None:
        """A known hop answered, or did not though it should: where it is not as others say, its way is another one, or
        a shorter one, if it was the target."""
        if not self._hearsay.knows(hop):
            return
        if self._hearsay.holds_at(hop, address):
            self._extra = []
            self._hearsay.confirm()
        else:
            self._extra = [each for each in range(1, self._waves.first + 1) if each not in self._waiting | {hop}]
            self._hearsay.forget()
            self._silent.expect_nothing()

    # When it ends

    @property
    def done(self) -> bool:
        """Whether all is known, or asked often enough."""
        if self._waves.sent < self._bound or self._extra or FULL in self._waiting:
            return False
        return not any(hop <= self._bound for hop in self._waiting)

    def end(self) -> End:
        """How the trace ends, if it ended now."""
        return self.findings.end(finished=self.done)

    def _find_bound(self) -> int:
        """The farthest hop that matters, as is known now."""
        answers, waves, full = self._answers, self._waves, self._answers.full
        if answers.local:
            return 0
        farther = answers.farthest > waves.first or (full is not None and waves.sent >= waves.near)
        most = waves.most if farther else waves.near
        if full is None:
            return self._bound_without_verdict(most)
        if answers.answered:
            lowest = answers.lowest(full)
            # something answered in the target's name, or loss
            beyond = [hop for hop in self._silent.numbers if hop > lowest]
            return min(max([lowest, *beyond]) + _BORNE_OUT, max(lowest, waves.sent, *beyond), most) if lowest else most
        if full.reason != Reason.TIME_EXCEEDED:
            return answers.first_reject(full.icmp_from) or most
        if answers.repeats() >= _REPEATS:
            return answers.repeated()
        return answers.circle() or most

    def _bound_without_verdict(self, most: int) -> int:
        """The same as long as the probe without a limit has found nothing."""
        answers, waves = self._answers, self._waves
        pending = FULL in self._waiting or not self._begun
        first = answers.lowest_answer() if pending else answers.stand_in(self._silent.numbers)
        if first and (pending or waves.sent >= min(first + FIRST_WAVE, waves.most)):
            return first
        return 1 if self._attached and not answers.anybody else most
