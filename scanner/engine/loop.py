"""The engine's loop. One turn, as often as needed:

    launcher.launch(schedule.grant(now, launcher.may_launch(now)))   whom to probe now; one non-blocking connect() each
    found = flight.wait()                                            what is ready is judged, then deadlines expire
    settled = schedule.settle(found, now)                            whose silence stands now, who is probed again

Before the first, whoever was kept aside for want of room or of a way goes back in line (`schedule.put_back`), and after
it, what found none. Before the third, `rows` makes a `Result` for every row of every target that was answered (and
notes whose refusals may be asked for again); after it, for those whose silence stands. Each step takes a list, not a
probe: a call per probe and layer would cost a third of the speed.

Where to look: `schedule.py` and, behind it, `truth/` and `brakes/`; `flight/`; `launcher.py`, `dispatch.py` and `room/`
for what this machine is short of; `rows.py`.
"""

from collections.abc import Iterator
from itertools import chain

from scanner.engine.flight.flight import LONGEST_WAIT_S, Flight
from scanner.engine.flight.found import Found
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.launcher import Launcher
from scanner.engine.room.conntrack import Conntrack
from scanner.engine.room.room import Room
from scanner.engine.rows import Rows
from scanner.engine.schedule import Schedule
from scanner.engine.trial import Trial
from scanner.machine.kernel import Kernel
from scanner.model import Endpoint, Place, Result
from scanner.words.stamp import iso_time


class Engine:
    """Judges every endpoint of a schedule's source. `turns` is the work; the rest is there to be looked at.

    `rows` has the counts of what was made.
    """

    def __init__(
        self,
        schedule: Schedule,
        kernel: Kernel,
        *,
        capacity: int,
        concurrency: int | None = None,
        in_memory: int | None = None,
        poller: str | None = None,
        conntrack: Conntrack | None = None,
        ways: Ways[Trial] | None = None,
    ) -> None:
        ways = Ways() if ways is None else ways
        self._kernel = kernel
        self._schedule = schedule
        self._flight: Flight[Trial] = Flight(kernel, poller, capacity=capacity, ways=ways, spare=schedule.promises)
        self._room = Room(self._flight.capacity, concurrency, conntrack, in_memory=in_memory)
        self._launcher = Launcher(self._flight, self._room, ways)
        self._stopping = False
        self.rows = Rows()

    def fit(self, capacity: int) -> None:
        """There may be so many sockets from now on."""
        self._flight.fit(capacity)
        self._room.fit(self._flight.capacity)

    def stop(self) -> None:
        """End after the present turn. Safe from a signal handler."""
        self._stopping = True

    def hold(self, holds: bool) -> None:
        """Launch nothing, until told otherwise; what is in flight is listened to."""
        self._launcher.hold(holds)

    @property
    def held(self) -> bool:
        """Whether nothing is launched, because somebody asked for that."""
        return self._launcher.held

    @property
    def stopped(self) -> bool:
        """Whether it ended because somebody asked it to."""
        return self._stopping

    @property
    def attempts(self) -> int:
        """Connection attempts made so far."""
        return self._launcher.attempts

    @property
    def in_flight(self) -> int:
        """Probes that wait for an answer."""
        return self._flight.in_flight

    @property
    def warnings(self) -> list[str]:
        """One line each, in the order in which they came."""
        return self._room.warnings

    @property
    def opened(self) -> dict[tuple[Place, int], float]:
        """The open ports of the last turn, and when they were probed."""
        return self.rows.opened

    @property
    def answers_at(self) -> float:
        """When the answers of the last turn were taken: what their round trips count back from."""
        return self._flight.answers_at

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """Every target in flight, and when it was probed; at an attempt after the first: long ago."""
        return chain(self._flight.waiting(), self._schedule.waiting())

    def turns(self) -> Iterator[list[Result]]:
        """The rows of the targets that were judged, a list for each turn, at least every 0.1 s, maybe empty.

        Ends when every target is judged or `stop` was called. Closing it early closes every socket. If anything fails,
        the rows that were judged come first, then the error.
        """
        flight, schedule, clock = self._flight, self._schedule, self._kernel.clock
        try:
            while not self._stopping:
                now = clock()
                if self._launcher.any_aside:
                    schedule.put_back(self._launcher.due(now))
                elif schedule.done and not flight.in_flight:
                    break
                launched = self._launch(schedule.grant(now, self._launcher.may_launch(now)), now)
                found = flight.wait(self._pause(launched))
                yield self._rows_of(found)
            flight.at_last()
            self._room.say(flight.warning)
        except Exception:
            if rows := self._rescued(flight.take()):
                yield rows
            raise
        finally:
            flight.close()

    def _launch(self, batch: list[Trial], now: float) -> bool:
        """Whether any left."""
        if not batch:
            self._room.nothing_launched(self._flight.in_flight)
            return False
        sent, back = self._launcher.launch(batch, now)
        self._schedule.launched(sent, self._kernel.clock())
        if back:
            self._schedule.put_back(back)
        return sent > 0

    def _pause(self, launched: bool) -> float:
        """How long to wait for answers before there is something else to do."""
        if self._flight.has_news or self._schedule.any_finished:
            return 0.0
        now = self._kernel.clock()
        room = self._launcher.may_launch(now)
        until = 0.0 if launched and room > 0 else LONGEST_WAIT_S
        if room > 0 and not launched:
            until = min(until, self._schedule.delay(now))
        return max(0.0, min(until, self._flight.next_deadline - now, self._launcher.delay(now)))

    def _rows_of(self, found: Found[Trial]) -> list[Result]:
        """The rows of what is done."""
        schedule, flight, rows = self._schedule, self._flight, self.rows
        if not (found or schedule.any_finished or rows):
            return []
        self._room.say(flight.warning)
        now = self._kernel.clock()
        stamp = iso_time(self._kernel.wall())
        rows.new_turn(flight.unseen_s)
        rows.add_refused(found.refused, stamp, now)
        rows.add_judged(found.judged, stamp)
        settled = schedule.settle(found, now)
        for trial in settled.to_close:
            flight.close_for(trial)
        if settled.slowed:
            flight.drop_overdue(lambda trial: trial.path in settled.slowed)
        for trial, doubt in settled.finished:
            rows.add_finished(trial, stamp, doubt)
        rows.add_absent(settled.absent, stamp)
        return rows.take()

    def _rescued(self, found: Found[Trial]) -> list[Result]:
        """Something failed: what was judged until then. No such row is ever lost: rows first, then the error."""
        try:
            return self._rows_of(found)
        except Exception:  # what failed was this; it is told by whoever raised first
            return self.rows.take()
