"""Runs: open ports of one host that were probed one after another, with hardly a refusal among them. Pure.

An open port counts one, a refusal four against it, and with nothing left the run is over: it lasts as long as more
than four of five are open. A run that is over and short, or likely given the share of open ports outside it, is beyond
doubt, as is whatever was probed before. Refusals after a long one prove nothing about it: a defence that answers
everything may leave out some ports (a provider's reject), or stop. It becomes a *case*, to be settled elsewhere
(`inquiry.py`).
"""

from collections.abc import Sequence
from math import inf, nextafter
from typing import NamedTuple

_AGAINST = 4
_MOST = 20  # a run of thousands ends as soon as one of twenty
_LONG = 10
_UNLIKELY = 1e-3
_SHORTEST = 2
_REMEMBERED = 1000


class ProbedPort(NamedTuple):
    """A port, open or refused, and when it was probed."""

    sent: float
    port: int


class Runs:
    """The current run of one host, and the case that is not settled.

    case: open ports of long runs that are over; empty if there are none. refused: ports that refused since the run or
    the case began. over: when the last refusal that ended a run was probed, or 0.0.
    """

    __slots__ = ("_best", "_best_at", "_left", "_length", "_run", "case", "over", "refused")

    def __init__(self) -> None:
        self._begin()
        self.case: list[ProbedPort] = []
        self.refused: set[int] = set()
        self.over = 0.0

    def _begin(self, run: list[ProbedPort] | None = None) -> None:
        self._run = run or []
        self._length = self._best = self._best_at = len(self._run)
        self._left = min(self._length, _MOST)

    @property
    def open(self) -> int:
        """How many open ports the run and the case have."""
        return len(self._run) + len(self.case)

    def end_turn(
        self, opened: list[ProbedPort], refused: list[ProbedPort], missed: int, first: float, share: float
    ) -> float:
        """Take in a turn. missed: refusals before `first` that nobody looked at. share: of open ports outside the run.
        Returns the time up to which everything that was probed is beyond doubt."""
        if missed and self._left:
            self._refuse(nextafter(first, -inf), missed, share)
        for sent, shut, port in in_order(opened, refused) if opened or self._left or self.case else ():
            if not shut:
                self._open(ProbedPort(sent, port))
            elif self._left or self.case:
                self.refused.add(port)
                self._refuse(sent, 1, share)
        if refused and not self._left:
            self.over = max(self.over, max(refused).sent)
        self._shorten()
        return 0.0 if self.case else self.over

    def _shorten(self) -> None:
        beyond = max(0, len(self._run) - _REMEMBERED)
        self._best_at = max(0, self._best_at - beyond)
        del self._run[:beyond]

    def _open(self, probe: ProbedPort) -> None:
        if not self._left and not self.case:
            self.refused.clear()
        self._run.append(probe)
        self._left = min(_MOST, self._left + 1)
        self._length += 1
        if self._length >= self._best:
            self._best, self._best_at = self._length, len(self._run)

    def _refuse(self, sent: float, times: int, share: float) -> None:
        self._left = max(0, self._left - _AGAINST * times)
        self._length -= _AGAINST * times
        if not self._left:
            self.over = max(self.over, sent)
            if self.is_long(share):
                self.case += self._run[: self._best_at]
            self._begin()

    def is_long(self, share: float) -> bool:
        """Whether the current run is so long that refusals after it say nothing about it."""
        return self._best >= _LONG and is_unlikely(share, self._best)

    @property
    def pressing(self) -> bool:
        """Whether there may be something to ask about: open ports side by side."""
        return bool(self.case) or self._length >= _SHORTEST

    def suspicious(self, share: float) -> bool:
        """Whether the host must be asked."""
        return bool(self.case) or (self.pressing and is_unlikely(share, self._length))

    def stop(self, sent: float) -> None:
        """What was probed up to then of the current run becomes part of the case too."""
        self.case += [probe for probe in self._run if probe.sent <= sent]
        self._begin([probe for probe in self._run if probe.sent > sent])

    def settle(self, count: int, asked_at: float) -> float:
        """The first `count` of the case are settled, and what was probed up to when the host was asked.
        Returns the time up to which everything is beyond doubt."""
        self.case = self.case[count:]
        if self.case:
            return min(asked_at, nextafter(self.case[0].sent, -inf))
        until = max(asked_at, self.over)
        self._begin([probe for probe in self._run if probe.sent > until])
        self.refused.clear()
        return until

    @property
    def latest(self) -> list[int]:
        """The ports of the case and the run, the latest last."""
        return [port for _, port in self.case + self._run]


def from_within(ports: Sequence[int]) -> list[int]:
    """Two ports of a run, from one and two thirds of the way, because its ends may be real."""
    return list(dict.fromkeys(ports[len(ports) * part // 3] for part in (1, 2) if ports))


def in_order(opened: list[ProbedPort], refused: list[ProbedPort]) -> list[tuple[float, int, int]]:
    """The ports in the order they were probed: when, whether it refused, and which port."""
    return sorted([(sent, 0, port) for sent, port in opened] + [(sent, 1, port) for sent, port in refused])


def is_unlikely(share: float, length: int) -> bool:
    """Whether this many open ports in a row are unlikely, if each is open with this probability."""
    return float(share**length) < _UNLIKELY
