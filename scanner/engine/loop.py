"""The engine's loop. One round, as often as needed:

1. `schedule.grant`: whom to probe now, for the room there is
2. `multiplexer.launch`: one non-blocking connect() each
3. `multiplexer.wait`: what is ready is judged (`verdict.judge`), then deadlines expire
4. `schedule.settle`, `schedule.silent` and `schedule.denied`: evidence, and who is probed again
5. a `Result` for every row of every target that is done

Each step takes a list, not a probe: a call per probe and layer would cost a third of the speed.
"""

import errno
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from scanner.engine.flight.multiplexer import Multiplexer
from scanner.engine.flight.verdict import REFUSED, TIMEOUT, local_error
from scanner.engine.room.conntrack import Conntrack
from scanner.engine.room.lost_ways import Lost, Ways
from scanner.engine.room.shortage import Remedy, Shortages, shortage_warning
from scanner.engine.room.window import DEFAULT_WINDOW, Window
from scanner.engine.schedule import Schedule
from scanner.engine.trial import Trial
from scanner.engine.truth.noes import doubt_of_answer
from scanner.machine.kernel import Kernel
from scanner.model import Endpoint, Place, Result, State
from scanner.words.stamp import iso_time

_LONGEST_WAIT = 0.1
_FEW_SOCKETS = 1000
_OPEN_STATE = State.OPEN
_REFUSED_STATE = State.REFUSED  # an enum's member costs a descriptor call each time it is named


class Engine:
    """Judges every endpoint of a schedule's source. `rounds` is the work; the rest is there to be looked at."""

    def __init__(
        self,
        schedule: Schedule,
        kernel: Kernel,
        *,
        capacity: int,
        concurrency: int | None = None,
        poller: str | None = None,
        conntrack: Conntrack | None = None,
        ways: Ways | None = None,
    ) -> None:
        self._kernel = kernel
        self._schedule = schedule
        self._ways = Ways() if ways is None else ways
        self._mux = Multiplexer(kernel, poller, capacity=capacity, ways=self._ways, spare=schedule.promises)
        capacity = self._mux.capacity
        self._concurrency = concurrency or DEFAULT_WINDOW
        self._window = Window(min(self._concurrency, capacity))
        self._untold = concurrency is None
        self._cramped = self._untold and capacity < _FEW_SOCKETS
        self._shortages = Shortages()
        self._conntrack = conntrack
        self._stopping = False
        self._rows: list[Result] = []  # of a round that is not handed out yet
        self.attempts = 0
        self.timeouts: Counter[str] = Counter()  # rows by their doubt
        self.opened: dict[tuple[Place, int], float] = {}  # the open ports of the last round, and when they were probed
        self.warnings: list[str] = []

    def fit(self, capacity: int) -> None:
        """So many sockets there may be from now on."""
        self._mux.fit(capacity)
        self._window.fit(min(self._concurrency, self._mux.capacity))
        self._cramped = self._untold and self._mux.capacity < _FEW_SOCKETS

    def stop(self) -> None:
        """End after the present round. Safe from a signal handler."""
        self._stopping = True

    @property
    def stopped(self) -> bool:
        """Whether it ended because somebody asked it to."""
        return self._stopping

    @property
    def heard(self) -> float:
        """When the answers of the last round were taken: what their round trips count back from."""
        return self._mux.heard

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """Every target in flight, and when it was probed; at an attempt after the first: long ago."""
        return chain(self._mux.waiting(), self._schedule.waiting())

    def rounds(self) -> Iterator[list[Result]]:
        """The rows of the targets that were judged, a list for each round, at least every 0.1 s, maybe empty.

        Ends when every target is judged or `stop` was called. Closing it early closes every socket. If anything fails,
        the rows that were judged come first, then the error.
        """
        mux, schedule, shortages, clock = self._mux, self._schedule, self._shortages, self._kernel.clock
        ways = self._ways
        try:
            while not self._stopping:
                now = clock()
                in_flight = mux.in_flight
                if shortages or ways:
                    schedule.put_back(shortages.due(now))
                    schedule.put_back(ways.due(now))
                elif not in_flight and schedule.done:
                    break
                room = 0 if shortages.too_many or ways.too_many else self._room(in_flight, now)
                batch = schedule.grant(now, room)
                launched = bool(batch) and self._launch(batch, now)
                if self._cramped and not batch and in_flight >= self._window.size:
                    self._untold = self._cramped = False
                    self._warn(errno.EMFILE)
                mux.wait(self._patience(launched))
                yield self._collect()
            self._count_at_last()
        except Exception:
            if rows := self._rescued():
                yield rows
            raise
        finally:
            mux.close()

    def _room(self, in_flight: int, now: float) -> int:
        """How many more probes this machine has room for."""
        room = self._window.room(in_flight, now)
        if self._conntrack is not None:
            room = min(room, self._conntrack.room(self.attempts, now))
            if self._conntrack.warning:
                self._say(self._conntrack.warning)
        return room

    def _patience(self, launched: bool) -> float:
        """How long to wait for answers before there is something else to do."""
        now = self._kernel.clock()
        if self._mux.judged or self._mux.silent or self._mux.denied or self._mux.again:
            return 0.0
        room = self._room(self._mux.in_flight, now)
        until = 0.0 if launched and room > 0 else _LONGEST_WAIT
        if room > 0 and not launched:
            until = min(until, self._schedule.wait(now))
        return max(0.0, min(until, self._mux.next_deadline - now, self._shortages.wait(now), self._ways.wait(now)))

    def _collect(self) -> list[Result]:
        """Hands what the multiplexer found to the schedule, and makes the rows of what is done."""
        mux, schedule, interposed = self._mux, self._schedule, self._mux.interposed
        judged, silent, denied, again = mux.judged, mux.silent, mux.denied, mux.again
        if not (judged or silent or denied or again or schedule.any_finished or self._rows):
            return []
        mux.judged, mux.silent, mux.denied, mux.again = [], [], [], []
        if interposed is not None:
            interposed.answered(len(judged) - mux.at_once)
            if interposed.warning:
                self._say(interposed.warning)
        mux.at_once = 0
        self.opened = {}
        now = self._kernel.clock()
        stamp = iso_time(self._kernel.wall())
        rows = self._rows
        if judged:
            self._answered(judged, rows, stamp, now)
        if silent:
            for trial in schedule.silent(silent, now):
                mux.release(trial)
        if denied:
            schedule.denied(denied, now)
        if slowed := schedule.take_slowed():
            mux.drop_overdue(slowed)
        if again:
            schedule.put_back(again)
        finished = schedule.take_finished()
        answered = set(judged) if finished else set()
        for trial, doubt in finished:
            if trial in answered:  # it stood before this round's poll, which found a late answer all the same
                continue
            mux.release(trial)
            place, verdict = trial.endpoint.place, trial.verdict
            place.judged += 1
            if verdict is TIMEOUT:
                self.timeouts[doubt] += len(trial.endpoint.requests)
            else:
                trial.path.answers += 1
            if verdict is not None and verdict.icmp_from != place.numeric:
                place.mute += 1
            _add_rows(trial, rows, stamp, doubt)
        self._rows = []
        return rows

    def _count_at_last(self) -> None:
        """Whether all answers can have been the targets'."""
        interposed = self._mux.interposed
        if interposed is not None:
            interposed.count()
            if interposed.warning:
                self._say(interposed.warning)

    def _rescued(self) -> list[Result]:
        """Something failed: what was judged until then. No such row is ever lost: rows first, then the error."""
        try:
            return self._collect()
        except Exception:  # what failed was this; it is told by whoever raised first
            rows, self._rows = self._rows, []
            return rows

    def _answered(self, judged: list[Trial], rows: list[Result], stamp: str, now: float) -> None:
        """Rows for a round's answers; only what is not a first attempt's RST is looked at one by one."""
        schedule = self._schedule
        special = []
        for trial in judged:
            path = trial.path
            if trial.verdict is REFUSED and trial.attempts == 1 and not trial.sentinel:
                path.answers += 1
                endpoint = trial.endpoint
                place, requests = endpoint.place, endpoint.requests
                if place.network.collecting:
                    path.heard(trial, refused=True, now=now)
                place.judged += 1
                place.refused = endpoint
                if len(requests) == 1:
                    port, rtt = endpoint.port, trial.rtt_ms
                    rows.append(Result(place, port, requests[0], _REFUSED_STATE, "conn-refused", "", rtt, 1, stamp))
                    continue
            else:
                special.append(trial)
                if trial.sentinel:
                    continue
                path.answers += 1
                place, verdict = trial.endpoint.place, trial.verdict
                place.judged += 1
                if verdict is not None and verdict.state is _OPEN_STATE:
                    place.opened += 1
                    self.opened[place, trial.endpoint.port] = trial.sent
                elif verdict is not REFUSED and not (verdict and verdict.icmp_from == place.numeric):
                    place.mute += 1
            _add_rows(trial, rows, stamp, doubt_of_answer(trial) if trial.attempts > 1 else "")
        schedule.heard(judged, now)
        if special:
            schedule.settle(special, now)

    def _launch(self, batch: list[Trial], now: float) -> bool:
        """Launches a batch; whatever this machine has no room for waits (`shortage.py`). Whether any left."""
        mux, shortages = self._mux, self._shortages
        left_over = mux.launch(batch)
        sent = len(batch) - len(left_over)
        self.attempts += sent
        if left_over:
            in_flight = {family: mux.in_flight_of(family) for family in {t.endpoint.place.family for t in left_over}}
            while left_over:
                away = batch[: len(batch) - len(left_over)]
                shortages.left(away)
                if away and self._ways.any_missing:
                    self._schedule.put_back(self._ways.left(away, now))
                batch = self._make_do(left_over, in_flight[left_over[0].endpoint.place.family], now)
                left_over = mux.launch(batch)
                self.attempts += len(batch) - len(left_over)
        self._schedule.launched(sent, self._kernel.clock())
        if shortages.recent:
            shortages.left(batch)  # else a shortage of long ago would seem to have lasted
        if self._ways.any_missing:
            self._schedule.put_back(self._ways.left(batch, now))
        return sent > 0

    def _make_do(self, left_over: list[Trial], of_family: int, now: float) -> list[Trial]:
        """The first of these found no room or no way: deals with it and its like. Returns those to try at once."""
        mux, shortages, trial = self._mux, self._shortages, left_over[0]
        if (missing := self._missing(trial)) is not None:
            alike = self._ways.alike(left_over, trial, missing)
            self._ways.set_aside(alike, missing, now)
            for warning in self._ways.warnings:
                self._say(warning)
            aside = set(alike)
            return [each for each in left_over if each not in aside]
        code, family, rest = mux.shortage, trial.endpoint.place.family, left_over[1:]
        remedy = shortages.met(code, family, now, in_flight=mux.in_flight, of_family=of_family)
        if remedy is Remedy.GIVE_UP:
            mux.give_up(trial, local_error(code))
        elif remedy is Remedy.ONE_ASIDE:
            shortages.set_aside([trial], now)
        elif remedy is Remedy.ALL_ASIDE:
            shortages.set_aside([each for each in left_over if each.endpoint.place.family == family], now)
            rest = [each for each in rest if each.endpoint.place.family != family]
        else:
            self._warn(code)
            self._window.shrink(mux.in_flight, now)
            self._schedule.put_back(left_over)
            rest = []
        return rest

    def _missing(self, trial: Trial) -> Lost | None:
        """What of its way this trial misses for now; None where it is short of something else."""
        if self._mux.missing is None and self._mux.shortage == errno.EADDRNOTAVAIL and self._mux.source_lost(trial):
            return Lost.SOURCE
        return self._mux.missing

    def _warn(self, code: int) -> None:
        self._say(shortage_warning(code, self._mux.capacity))

    def _say(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)


def _add_rows(trial: Trial, rows: list[Result], stamp: str, doubt: str) -> None:
    verdict = trial.verdict
    assert verdict is not None
    endpoint = trial.endpoint
    for request in endpoint.requests:
        rows.append(
            Result(
                endpoint.place, endpoint.port, request, verdict.state, verdict.reason, verdict.icmp_from, trial.rtt_ms,
                trial.attempts, stamp, doubt, None, trial.lost_syns,
            )
        )  # fmt: skip
