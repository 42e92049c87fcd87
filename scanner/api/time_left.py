"""How long a scan will still take: what is left to be sent, at the speed of its whole course. Pure: pass `now`.

Rows alone tell too late and too much. A refusal is a row at once and one attempt; a silent target is one only after
all its attempts, and takes many times as much of a rate. So attempts are counted, not rows:

1. How many targets are silent: hosts that never answered are, at all their ports; of the others' targets, as many as
   of those that were probed so far. (Hosts that answer are probed first, so the rows so far are no fair sample.)
2. What such a target takes: the attempts that were asked for, and, once some are judged, those that it really took;
   beside them the sentinels, as many as so far.
3. How fast: as until now, but no faster than --rate, --host-rate and the sockets allow for long. A scan begins with a
   burst of attempts that all hold their place until they have waited long enough.
4. After the last attempt somebody still waits for it.

Before an answer or a timeout nothing is known, and nothing is told. Nor is it where answers take several attempts: with
packets being lost, nobody knows how often what is silent will have to be asked.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from scanner.model import Result, State

#: So long nothing is told: who is silent, and who merely takes his time?
_AT_FIRST_S = 1.0
#: So long a look back at what had left goes at most: answers take no longer.
_BACK_S = 2.0
#: How long an attempt waits that is not the last, where answers come at once.
_SHORT_S = 0.3
#: Of answered targets, so many need to be known, and this share of them took several attempts: then loss is evident.
_LEAST_ANSWERS, _LOSSY_SHARE = 20, 0.02
#: As good as so many judged ones is what was asked for.
_BELIEVED = 20


class SpeedLimits(NamedTuple):
    """What the user, or this machine, allows. `attempts`: of a silent target; `timeout`: the seconds that the last of
    them waits; `syns`: that it takes of a rate; `rate`, `host_rate`: SYNs a second, or None; `window`: sockets at once;
    `targets`: for each row (several entries may name one). `asked_first`: who does not answer is passed over, so that
    hosts are not all asked before any goes on."""

    attempts: int
    timeout: float
    syns: int = 1
    rate: float | None = None
    host_rate: float | None = None
    window: int = 1 << 30
    targets: float = 1.0
    asked_first: bool = False


class Course(NamedTuple):
    """How far a scan is: rows `done`, of `total` that are to be probed, as far as is known; targets that were `begun`;
    `attempts` in all, of which so many went out `beside` the targets; `hosts` (0: nobody knows), of which so many are
    `answering`."""

    done: int
    total: int
    begun: int
    attempts: int
    beside: int = 0
    hosts: int = 0
    answering: int = 0


class _Quiet(NamedTuple):
    """What silent targets are like: the `share` of all that they are, of 1; the `tries` that one takes, of which all
    but the last wait `first` seconds; the seconds that it `waits` in all; the `syns` that it is."""

    share: float
    tries: float
    first: float
    waits: float
    syns: float


class TimeLeft:
    """`add` all rows, and ask for the `seconds` that are left now and then."""

    def __init__(self, limits: SpeedLimits, now: float) -> None:
        self._limits = limits
        self._begun_at = self._sent_at = now
        self._attempts = 0
        self._before: deque[tuple[float, int]] = deque([(now, 0)])  # when, and how many targets had left by then
        self._rows = self._made = 0  # and the attempts that they took
        self._silent = self._silent_made = 0
        self._answered = self._lost = 0  # rows with a round trip, and those of them that took several attempts
        self._mute = self._mute_silent = 0  # rows of hosts that never answered
        self._rtt = 0.0

    def add(self, rows: Iterable[Result]) -> None:
        """Takes rows."""
        timeout, answered = State.TIMEOUT, None
        for row in rows:
            self._rows += 1
            self._made += row.attempts
            if row.rtt_ms is not None:
                answered = row
                self._answered += 1
                self._lost += row.attempts > 1
                continue
            silent = row.state is timeout
            if silent:
                self._silent += 1
                self._silent_made += row.attempts
            if not row.place.note.answers:
                self._mute += 1
                self._mute_silent += silent
        if answered is not None and answered.rtt_ms is not None:
            self._rtt = answered.rtt_ms / 1000.0

    def seconds(self, course: Course, now: float) -> float | None:
        """How many are left, or None where that is not known yet."""
        limits, own = self._limits, course.attempts - course.beside
        if course.attempts > self._attempts:
            self._attempts, self._sent_at = course.attempts, now
        left = min(course.begun, own)
        self._before.append((now, left))
        took = now - self._begun_at
        if own <= 0 or took < (_AT_FIRST_S if self._rows else max(_AT_FIRST_S, limits.timeout)):
            return None
        if self._answered >= _LEAST_ANSWERS and self._lost > _LOSSY_SHARE * self._answered:
            return None
        quiet = self._quiet(course, now)
        targets = limits.targets * course.total
        silent, rest = self._to_send(course, targets, left, quiet)
        takes = max(rest * took / course.attempts, self._at_least(course, silent, rest, quiet))
        if not quiet.share:
            return takes
        idle = now - self._sent_at
        if left < targets:
            least = quiet.waits if (targets - left) * quiet.share >= 1.0 else 0.0
            return max(least, takes + (quiet.waits - limits.timeout) / 2.0 + max(0.0, limits.timeout - idle))
        # All have left. How many more attempts for each that is not done? If only a few, all wait for those few.
        rounds = min(quiet.tries - 1.0, silent / max(1.0, targets - course.done * limits.targets))
        again = min(1.0, 4.0 * rounds)
        present = quiet.first * again + limits.timeout * (1.0 - again)
        after = limits.timeout * again + quiet.first * max(0.0, rounds - 1.0)
        return max(takes, after) + max(0.0, present - idle)

    def _quiet(self, course: Course, now: float) -> _Quiet:
        """What silent targets are like, as far as is known."""
        limits, heard = self._limits, course.answering > 0
        tries = (limits.attempts * _BELIEVED + self._silent_made) / (_BELIEVED + self._silent)
        first = min(_SHORT_S, limits.timeout) if heard else limits.timeout
        syns = (tries - 1.0) * (1 if heard else limits.syns) + limits.syns
        return _Quiet(self._silent_share(course, now), tries, first, (tries - 1.0) * first + limits.timeout, syns)

    def _to_send(self, course: Course, targets: float, left: int, quiet: _Quiet) -> tuple[float, float]:
        """How many attempts are still to be made: for silent targets, and in all."""
        others, made = self._rows - self._silent, self._made - self._silent_made
        each = made / others if others else 1.0
        made_there = made * self._limits.targets
        more = course.attempts / (course.attempts - course.beside)
        recent = min(left - self._before[0][1], max(0.0, left - self._rows * self._limits.targets))
        to_silent = course.attempts / more - (made_there + recent * (1.0 - quiet.share) * each)
        silent = max(0.0, targets * quiet.share * quiet.tries - to_silent)
        return silent, (silent + max(0.0, targets * (1.0 - quiet.share) * each - made_there)) * more

    def _at_least(self, course: Course, silent: float, rest: float, quiet: _Quiet) -> float:
        """How long that takes at what the rates and the sockets allow, however fast it was until now."""
        limits = self._limits
        syns = rest + silent * (quiet.syns / quiet.tries - 1.0)
        return max(
            silent * quiet.waits / quiet.tries / limits.window,
            syns / limits.rate if limits.rate else 0.0,
            syns / limits.host_rate / course.hosts if limits.host_rate and course.hosts else 0.0,
        )

    def _silent_share(self, course: Course, now: float) -> float:
        """How many of all targets are silent, of 1. Those that left so late that their answers are under way are no
        sign of it."""
        before = self._before
        while len(before) > 2 and before[1][0] <= now - min(self._rtt + 0.05, _BACK_S):
            before.popleft()
        targets = self._limits.targets
        judged = self._rows * targets
        sent = max(before[0][1], judged)
        waiting = sent - judged
        if not course.hosts or self._limits.asked_first:
            return (self._silent * targets + waiting) / max(1.0, judged + waiting)
        asked = min(course.hosts, sent)
        mute = max(0.0, 1.0 - course.answering / asked) if asked else 0.0
        of_mute = self._mute_silent / self._mute if self._mute else 1.0  # of others a router, or the kernel, speaks
        spoken, silent_there = judged - self._mute * targets, (self._silent - self._mute_silent) * targets
        waiting = min(waiting, max(0.0, (1.0 - mute) * course.total * targets - spoken))
        waiting = max(0.0, waiting - max(0.0, asked - course.answering - self._mute * targets))
        there = (silent_there + waiting) / max(1.0, spoken + waiting)
        return mute * of_mute + (1.0 - mute) * there
