"""What the trace of one target has found: its hops, and how it ends. Pure.

Single answers are weighed in `hop_answers.py`, silences in `silent_hops.py`; here both become what is shown, with the
hops in between that others saw (`company.py` says which). What to ask next is not decided here, but in `route.py`.
"""

from scanner.engine.flight.verdict import TIMEOUT, Verdict
from scanner.model import End, Hop, Reason, State
from scanner.tracing.hop_answers import Answers
from scanner.tracing.known_hops import KnownHops
from scanner.tracing.silent_hops import SilentHops
from scanner.tracing.waves import Waves
from scanner.words.builtin_values import MOST_HOPS


class Findings:
    """Of one way, as far as is known now; `silent` and `waves` are how it was asked."""

    __slots__ = ("_answers", "_silent", "_sure", "_waves")

    def __init__(self, answers: Answers, silent: SilentHops, waves: Waves) -> None:
        self._answers = answers
        self._silent = silent
        self._waves = waves
        self._sure = True

    # What it saw itself

    @property
    def _verdict(self) -> Verdict | None:
        return self._answers.verdict(self._silent.numbers)

    @property
    def is_silent(self) -> bool:
        """Whether it is silence that it ended with."""
        return self._verdict is None

    @property
    def sender(self) -> str:
        """The sender of the ICMP error that is its verdict."""
        verdict = self._verdict
        return verdict.icmp_from if verdict else ""

    def seen(self) -> dict[int, str]:
        """The hops that gave themselves away to it, the target excepted."""
        return self._answers.seen(self._silent.numbers)

    @property
    def last(self) -> int:
        """The last hop that gave itself away to it."""
        return max(self.seen(), default=0)

    @property
    def is_sure(self) -> bool:
        """Whether it knows by itself where silence begins."""
        return self._silent.is_certain(self.last + 1) or (0 < self.last == self._waves.most)

    # What is shown

    def take(self, hops: KnownHops, *, sure: bool = True) -> None:
        """Others saw these hops on its way. `sure`: it is known where silence begins."""
        self._answers.take(dict(hops))
        self._sure = sure

    @property
    def end_hop(self) -> int:
        """The last hop before its end that may be shown, once it has a verdict."""
        return self.end(finished=True).hop or self.last + 1

    def hops(self) -> tuple[Hop, ...]:
        """Every hop from 1 up to where the trace ends."""
        answers, found = self._answers, self._answers.stations(self._silent.numbers)
        last = max(found, default=0)
        verdict = self._verdict
        place = self._place(verdict)
        if place and verdict is not None and verdict.reason != Reason.TIME_EXCEEDED:
            if place not in self.seen():
                found[place] = answers.at_target(place)
            return _up_to(place, found)
        return _up_to(answers.repeated() or answers.circle() or last, found)

    def end(self, *, finished: bool) -> End:
        """How the trace ends. Of one that was stopped before it was finished, silence is not claimed."""
        verdict = self._verdict
        if verdict is None:
            return self._silent_end(finished=finished)
        if self._answers.local:
            return End(verdict.state, verdict.reason, "", 0)
        place = self._place(verdict) or None
        farther = self._answers.answered and not self._answers.lowest(verdict)
        return End(verdict.state, verdict.reason, verdict.icmp_from, place, self._waves.sent if farther else None)

    def _silent_end(self, *, finished: bool) -> End:
        last, most = len(self.hops()), self._waves.most
        if not finished:
            return End(None, "", "", last)
        if not self._sure:
            return End(TIMEOUT.state, TIMEOUT.reason, "", None)
        asked = self._silent_hops() if not last else last if last == most < MOST_HOPS else None
        return End(TIMEOUT.state, TIMEOUT.reason, "", last, asked)

    def _silent_hops(self) -> int | None:
        """Up to which hop all stayed silent though they should have had an answer left; None: as far as ways go."""
        certain = self._silent.is_certain
        last = next((hop - 1 for hop in range(1, MOST_HOPS + 1) if not certain(hop)), MOST_HOPS)
        return None if last == MOST_HOPS else last

    def _place(self, verdict: Verdict | None) -> int:
        """The hop at which it ends, by this verdict; 0 where that is not known."""
        answers = self._answers
        if verdict is None or answers.local:
            return 0
        if verdict.state is not State.UNREACHABLE:
            return answers.place_of_target(verdict, self._silent.numbers)
        if verdict.reason == Reason.TIME_EXCEEDED:
            return min((hop for hop, address in self.seen().items() if address == verdict.icmp_from), default=0)
        return answers.place_of(verdict.icmp_from)


def _up_to(last: int, found: dict[int, Hop]) -> tuple[Hop, ...]:
    return tuple(found.get(hop) or Hop(hop) for hop in range(1, last + 1))
